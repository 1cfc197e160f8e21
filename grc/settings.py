"""Settings: everything that differs between machines comes from the environment, and a missing one is refused."""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def required(name: str, meaning: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: it says {meaning}. Start everything with `make demo`, "
            f"or set it as docs/deployment.md describes."
        )
    return value


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required("SECRET_KEY", "what signs sessions")
SECRETS_KEY = required("ASSAY_SECRETS_KEY", "what encrypts connector secrets (a Fernet key)")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)

INSTALLED_APPS = [
    "grc.apps.GRCConfig",
    "evidence.apps.EvidenceConfig",
    "vendors.apps.VendorsConfig",
    "controls.apps.ControlsConfig",
    "aims.apps.AIMSConfig",
    "audits.apps.AuditsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "guardian",
    "pgtrigger",
    "rest_framework",
    "simple_history",
]

MIDDLEWARE = [
    "grc.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "grc.middleware.ReaderMiddleware",
    "grc.identity.middleware.SessionRulesMiddleware",
    "grc.middleware.ActorMiddleware",
    "grc.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "grc.urls"
WSGI_APPLICATION = "grc.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "grc.shell.shell",
            ],
        },
    }
]

# Database: the login role may become one of three; what runs decides which (docs/deployment.md).
DATABASES = {"default": environ.Env.db_url_config(required("DATABASE_URL", "where PostgreSQL is"))}
DATABASES["default"] |= {
    "ENGINE": "grc.db",
    "ATOMIC_REQUESTS": True,
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": DATABASES["default"].get("OPTIONS", {})
    | {"assume_role": env.str("ASSAY_DATABASE_ROLE", default="assay_app")},
    "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default=None)},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required("REDIS_URL", "where Valkey or Redis is")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "assay",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Celery
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="assay")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "give-up-lost-jobs": {"task": "grc.tasks.give_up_lost_jobs", "schedule": 60.0},
    "sign-approved": {"task": "grc.tasks.sign_waiting", "schedule": 60.0},
    "remind-of-due-tasks": {"task": "grc.tasks.remind_of_due", "schedule": crontab(minute="*/15")},
    "mail-digests": {"task": "grc.tasks.mail_digests", "schedule": crontab(minute="*/15")},
    "deliver-outbox": {"task": "grc.tasks.deliver_outbox", "schedule": 10.0},
    "forget-outbox": {"task": "grc.tasks.forget_outbox", "schedule": crontab(hour="4", minute="0")},
    "pull-due-sources": {"task": "evidence.tasks.pull_due_sources", "schedule": 5.0},
    "ask-for-evidence": {"task": "evidence.tasks.ask_for_evidence", "schedule": crontab(minute="5")},
    "look-after-documents": {"task": "aims.tasks.look_after_documents", "schedule": crontab(minute="20")},
    "look-after-changes": {"task": "vendors.tasks.look_after_changes", "schedule": crontab(minute="10")},
    "remind-vendors": {"task": "vendors.tasks.remind_vendors", "schedule": crontab(minute="50")},
    "begin-vendor-reviews": {"task": "vendors.tasks.begin_reviews", "schedule": crontab(minute="35")},
    "run-control-tests": {"task": "controls.tasks.run_due_tests", "schedule": 300.0},
    "look-for-shadow-use": {"task": "vendors.tasks.look_for_shadow_use", "schedule": 60.0},
    "seal-activity": {"task": "evidence.tasks.seal_activity", "schedule": 10.0, "options": {"expires": 10}},
    "verify-seals": {"task": "evidence.tasks.verify_seals", "schedule": crontab(hour="3", minute="30")},
    "verify-stores": {"task": "evidence.tasks.verify_stores", "schedule": crontab(hour="2", minute="30")},
}

# People
AUTH_USER_MODEL = "grc.Person"
AUTHENTICATION_BACKENDS = ["grc.accounts.PasswordBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "grc.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login_failed": env.str("LOGIN_FAILED_LIMIT", default="30/m/ip,5/5m/key")}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Assay"
ANONYMOUS_USER_NAME = None
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "grc.views.errors.csrf_failure"

# Browser
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "grc.api.authentication.TokenAuthentication",
        "grc.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["grc.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "grc.api.schema.Schema",
    "DEFAULT_PAGINATION_CLASS": "grc.api.pagination.Pages",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "grc.api.errors.answer",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", default="1200/min")},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Assay API",
    "VERSION": "v1",
    "DESCRIPTION": "Every register and workflow of Assay, behind the same gate as its pages.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "RoleKeyEnum": "grc.access.roles.ROLE_KEYS",
        "NoticeMailEnum": "grc.models.notice.NoticeSetting.Mail",
        "DeedEnum": "grc.models.activity.ActivityEvent.Verb",
        "TaskStateEnum": "grc.models.teamwork.Task.State",
        "JobStateEnum": "grc.models.job.Job.State",
        "ReviewStateEnum": "grc.models.approval.Review.State",
        "RiskStateEnum": "aims.models.planning.Risk.State",
        "GapStandingEnum": "aims.models.programme.GapAnswer.Standing",
        "MappingStandingEnum": "controls.models.framework.Mapping.Standing",
        "CatalogueKeyEnum": "controls.catalogues.shipped.KEYS",
        "TestResultEnum": "controls.models.test.Result",
        "ControlStateEnum": "controls.models.control.Control.State",
        "EvidenceRequestStateEnum": "evidence.models.wanted.EvidenceRequest.State",
        "TestKindEnum": "controls.models.test.ControlTest.Kind",
        "ControlKindEnum": "controls.models.control.Control.Kind",
        "SystemRoleEnum": "aims.models.operation.AISystem.Role",
        "CadenceEnum": "grc.cadence.Every",
        "AgreementPartyEnum": "vendors.models.agreement.Agreement.Party",
        "AgreementAnswerEnum": "vendors.models.agreement.Agreement.Answer",
        "DataClassEnum": "vendors.models.vendor.DataClass",
        "FactConfidenceEnum": "vendors.models.fact.VendorFact.Confidence",
        "FactTopicEnum": "vendors.models.fact.VendorFact.Topic",
        "OfferingStateEnum": "vendors.models.vendor.Offering.State",
        "OfferingKindEnum": "vendors.models.vendor.Offering.Kind",
        "VendorKindEnum": "vendors.models.vendor.Vendor.Kind",
        "SeverityEnum": "vendors.models.leaving.VendorIncident.Severity",
        "SubprocessorStateEnum": "vendors.models.changes.Subprocessor.State",
        "SubprocessorChangeStateEnum": "vendors.models.changes.SubprocessorChange.State",
        "MappingConfidenceEnum": "controls.models.framework.Mapping.Confidence",
        "OpenClosedEnum": "vendors.models.leaving.VendorIncident.State",
        "VendorAskStateEnum": "vendors.models.asking.VendorAsk.State",
    },
}

# Files
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / ".demo" / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_HANDLERS = ["grc.uploads.handler.LimitedUploadHandler"]
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", default=50 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Connectors: private addresses that an administrator allows, as host:port=network
OUTBOUND_ALLOWED = env.list("OUTBOUND_ALLOWED", default=[])

# Language, time, mail, log
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", default=None)
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Assay <assay@localhost>")
# where people open Assay: mails lead there
ORIGINS = [origin for origin in CSRF_TRUSTED_ORIGINS if "*" not in origin]
SITE_URL = env.str("SITE_URL", default=next(iter(ORIGINS), "http://127.0.0.1:8000")).rstrip("/")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # only the gate reads grants: guardian's backend stays out
