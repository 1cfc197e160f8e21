from django.urls import path

from grc.exports.api import ExportsAPI
from grc.registers.register import registers

urlpatterns = [
    path(
        f"api/v1/o/<slug:organisation>/{register.slug}/exports",
        ExportsAPI.as_view(register=register),
        name=f"api-{register.slug}-exports",
    )
    for register in registers
]
