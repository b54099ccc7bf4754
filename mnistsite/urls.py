"""All routes of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from mnistsite.csp_reports import CSPReportView
from mnistsite.login import LoginForm

admin.site.site_header = admin.site.site_title = _("Handwritten digits")
admin.site.login_form = LoginForm
admin.site.enable_nav_sidebar = False  # It would use a quarter of the window for three links.

urlpatterns = [
    path("", include("recognizer.urls")),
    path("", include("history.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path(settings.CSP_REPORT_PATH.lstrip("/"), CSPReportView.as_view(), name="csp-report"),
]

handler400 = "mnistsite.errors.bad_request"
handler404 = "mnistsite.errors.not_found"
handler500 = "mnistsite.errors.server_error"
