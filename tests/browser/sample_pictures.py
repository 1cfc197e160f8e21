"""Every address of the product and one more: a page with a picture of each kind, for the tests to look at."""

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from grc.urls import *  # noqa: F403  (handlers of errors too)
from grc.urls import urlpatterns as product
from tests.pictures.samples import every

PAGE = """{% extends "base.html" %}{% load pictures %}
{% block title %}Pictures{% endblock %}{% block page_title %}Pictures{% endblock %}
{% block content %}{% for p in pictures %}<section class="card">{% picture p %}</section>{% endfor %}{% endblock %}"""


def samples(request: HttpRequest, organisation: str) -> HttpResponse:
    return HttpResponse(Template(PAGE).render(RequestContext(request, {"pictures": every()})))


urlpatterns = [*product, path("o/<slug:organisation>/samples", samples)]
