from django.urls import path

from grc.imports import api
from grc.registers.register import registers

urlpatterns = []
for register in registers:
    base, name = f"api/v1/o/<slug:organisation>/{register.slug}/imports", f"api-{register.slug}-imports"
    urlpatterns += [
        path(base, api.ImportsAPI.as_view(register=register), name=name),
        path(f"{base}/template", api.ImportTemplateAPI.as_view(register=register), name=f"{name}-template"),
        path(f"{base}/<uuid:job>", api.ImportAPI.as_view(register=register), name=f"{name}-one"),
    ]
