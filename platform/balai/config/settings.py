"""Settings, all from the environment (docs/operators.md lists the variables).

`BALAI_EMBEDDED=1` is the mode of bin/run and of the tests: defaults that make a demo work on one machine. Without it
the process refuses to start unless the secrets and servers of a production installation are named.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

env = environ.Env()

ROOT = Path(__file__).resolve().parents[3]
EMBEDDED: bool = env.bool("BALAI_EMBEDDED", False)
STATE = Path(env.str("BALAI_STATE", str(ROOT / ".balai")))


def required(name: str, embedded: str) -> str:
    """The variable's value; `embedded` is used in the embedded mode only. Raises ImproperlyConfigured."""
    value: str = env.str(name, embedded if EMBEDDED else "")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Outside the embedded mode (bin/run) it must be; see docs/operators.md."
        )
    return value


SECRET_KEY = required("SECRET_KEY", "embedded-mode-only-" + "0123456789abcdef" * 4)
# Encrypts personal data at rest. Apart from SECRET_KEY, so that sessions can be rotated without losing data.
FIELD_KEYS: list[str] = env.list("FIELD_KEYS", default=[]) or ([] if not EMBEDDED else ["embedded:" + SECRET_KEY])
if not FIELD_KEYS:
    raise ImproperlyConfigured("FIELD_KEYS is not set (name:secret, newest first). See docs/operators.md.")
DEBUG: bool = env.bool("DEBUG", False)

# -- addresses --------------------------------------------------------------------------------------------------------
# The hub lives at this host, a city at <slug>.<host> unless it has a domain of its own.
HUB_HOST: str = required("HUB_HOST", "localhost")
PUBLIC_SCHEME: str = env.str("PUBLIC_SCHEME", "http" if EMBEDDED else "https")
PUBLIC_PORT: str = env.str("BALAI_PORT", "8000" if EMBEDDED else "")
# Cities bring domains of their own while the server runs, so the Domain table is the list of allowed hosts: the tenant
# middleware answers 404 to any other before a view runs.
ALLOWED_HOSTS = ["*"]
SECURE = PUBLIC_SCHEME == "https"

# -- apps -------------------------------------------------------------------------------------------------------------
# Tables of the public schema only: who a city is, who someone is.
SHARED_ONLY = [
    "tenants",
    "django_tenants",
    "django.contrib.contenttypes",
    "balai.accounts",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.facebook",
    "allauth.mfa",
    "allauth.headless",
    "axes",
    "balai.sandbox",
    "balai.hub",
]
# Tables of every schema, the hub's too: what someone may do there, its pages and its outgoing messages.
EVERYWHERE = [
    "balai.graphql",
    "balai.office",
    "balai.membership",
    "balai.notifications",
    "balai.audit",
    "balai.portal",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth.usersessions",  # beside the sessions that it lists
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets, rendered through the themes (FORM_RENDERER)
    "django.contrib.humanize",
    "django.contrib.postgres",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "balai.office.apps.CityUsers",  # in the place of wagtail.users: forms and listings that know cities
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "graphene_django",
    "django_htmx",
]
CITY_SERVICES = [
    "balai.inbox",
    "balai.geography",
    "balai.calendars",
    "balai.agencies",
    "balai.assets",
    "balai.attachments",
    "balai.casework",
]
CITY_MODULES = [
    "apps.siaran",
    "apps.laksa",
    "apps.news",
    "apps.jobs",
]
EXTRA_MODULES: list[str] = env.list("EXTRA_MODULES", default=[])

SHARED_APPS = [*SHARED_ONLY, *EVERYWHERE]
TENANT_APPS = [*EVERYWHERE, *CITY_SERVICES, *CITY_MODULES, *EXTRA_MODULES]
INSTALLED_APPS = [*SHARED_APPS, *CITY_SERVICES, *CITY_MODULES, *EXTRA_MODULES, "superapp_api"]

TENANT_MODEL = "tenants.City"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
PUBLIC_SCHEMA_URLCONF = "balai.config.urls_hub"
ROOT_URLCONF = "balai.config.urls_city"
WSGI_APPLICATION = "balai.config.wsgi.application"

MIDDLEWARE = [
    "balai.portal.middleware.HealthMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenants.middleware.CityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tenants.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "balai.accounts.middleware.PersonalPagesMiddleware",
    "balai.accounts.middleware.SessionTokenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "balai.accounts.middleware.StaffMFAMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenants.middleware.ModuleMiddleware",
    "balai.office.middleware.OfficeMiddleware",
    "axes.middleware.AxesMiddleware",
]

# -- servers ----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(required("DATABASE_URL", "postgres:///balai"))}
DATABASES["default"] |= {
    "ENGINE": "tenants.postgresql",
    "ATOMIC_REQUESTS": False,
    "CONN_HEALTH_CHECKS": True,  # a database that was restarted must not cost each process a failed request
    "OPTIONS": {
        **DATABASES["default"].get("OPTIONS", {}),
        # Small and short-lived: every pooled connection keeps the catalogue entries of the cities it has served.
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8), "max_lifetime": 600, "timeout": 10},
    },
}
BROKER_URL = required("BROKER_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "balai.config.cache.ValkeyCache",
        "LOCATION": env.str("CACHE_URL", BROKER_URL.replace("redis+socket://", "unix://")),
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "KEY_PREFIX": "balai",
        "TIMEOUT": 300,
    },
}
CACHES["renditions"] = {**CACHES["default"], "KEY_PREFIX": "renditions", "TIMEOUT": 86400}

CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_TENANT_CACHE_SECONDS = 10

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# pg_dump makes the dump from which new cities are replayed; it must not be older than the server.
PG_DUMP: str = env.str("PG_DUMP", "")

# -- mail and SMS ------------------------------------------------------------------------------------------------------
vars().update(env.email_url_config(required("EMAIL_URL", "smtp://localhost:8025")))
# Whatever sends mail the Django way (Wagtail does) puts it into the outbox of its city; the outbox uses the transport.
MAIL_TRANSPORT: str = vars()["EMAIL_BACKEND"]
EMAIL_BACKEND = "balai.notifications.backend.OutboxBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", f"Balai <no-reply@{HUB_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where one-time codes by SMS are posted; without it, phone numbers cannot sign in (the embedded mode keeps them).
SMS_GATEWAY_URL: str = env.str(
    "SMS_GATEWAY_URL", f"http://{HUB_HOST}:{PUBLIC_PORT}/kotak-keluar/sms/" if EMBEDDED else ""
)
SMS_GATEWAY_TOKEN: str = env.str("SMS_GATEWAY_TOKEN", "embedded" if EMBEDDED else "")

# -- files ------------------------------------------------------------------------------------------------------------
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(STATE / "media")))
MEDIA_URL = "/media/"
MULTITENANT_RELATIVE_MEDIA_ROOT = "%s"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(STATE / "static")))
THEMES_ROOT = ROOT / "themes"
STATICFILES_DIRS = [
    (path.parent.name, path / path.parent.name)
    for path in sorted(THEMES_ROOT.glob("*/static"))
    if (path / path.parent.name).is_dir()
]
if (THEMES_ROOT / "base/static/balai").is_dir():
    STATICFILES_DIRS.append(("balai", THEMES_ROOT / "base/static/balai"))
STORAGES = {
    "default": {"BACKEND": "tenants.storage.CityStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# -- templates and language --------------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "balai.portal.context.portal",
            ],
            "loaders": ["balai.portal.theming.ThemeLoader"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [
    # Every theme's own texts; of two for one thing the base theme's counts, so that no theme rewords other cities.
    *sorted(THEMES_ROOT.glob("*/locale"), key=lambda path: (path.parent.name != "base", path)),
    # What Wagtail's own Indonesian lacks (two thirds of it).
    ROOT / "platform/balai/office/wagtail_texts/locale",
]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("id-id", _("Indonesian")), ("en", _("English"))]  # Wagtail's texts are in id_ID
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# -- identity ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "balai.membership.backends.MembershipBackend",
    "balai.membership.backends.SignInBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# Staff must have a second factor; only setting one up is open to them before.
STAFF_MFA_REQUIRED: bool = env.bool("STAFF_MFA_REQUIRED", not EMBEDDED)
# Whose phone numbers may sign up; messages to others cost money and invite fraud.
PHONE_REGIONS: list[str] = env.list("PHONE_REGIONS", default=["ID"])

ACCOUNT_ADAPTER = "balai.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"} if SMS_GATEWAY_URL else {"email"}
# One of the two identifiers is enough (balai.accounts.fields.NamedSignup); allauth's checks want one marked.
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1"] if SMS_GATEWAY_URL else ["email*", "password1"]
ACCOUNT_SIGNUP_FORM_CLASS = "balai.accounts.fields.NamedSignup"
ACCOUNT_FORMS = {
    "signup": "balai.accounts.forms.SignupForm",
    "login": "balai.accounts.forms.LoginForm",
    "request_login_code": "balai.accounts.forms.RequestLoginCodeForm",
    "add_email": "balai.accounts.forms.AddEmailForm",
    "set_password": "balai.accounts.forms.SetPasswordForm",
    "change_password": "balai.accounts.forms.ChangePasswordForm",
    "reset_password_from_key": "balai.accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_PHONE_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_SCHEME
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
# How many proxies in front add to X-Forwarded-For; 0: the address of the connection counts.
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("PROXIES", 1 if env.bool("BEHIND_PROXY", False) else 0)
# Many phones share one network address in mobile networks, so limits by address are wide. What guards an account
# across all cities is in balai.accounts.limits.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip",
    "signup": "60/m/ip",
    "request_login_code": "60/m/ip,3/m/key",
    "reset_password": "60/m/ip,3/m/key",
    "reset_password_from_key": "60/m/ip",
    "confirm_email": "1/10s/key",
    "verify_phone": "1/10s/key,60/m/ip",
    "change_phone": "3/m/user",
}

MFA_ADAPTER = "balai.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "balai.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "balai.accounts.forms.EditPasskeyForm",
}
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED  # http://localhost

HEADLESS_CLIENTS = ("app", "browser")
HEADLESS_TOKEN_STRATEGY = "balai.accounts.tokens.SessionTokens"  # noqa: S105

# Google and Facebook are offered where a city has configured them: balai.membership.models.SignInProvider.
SOCIALACCOUNT_ADAPTER = "balai.membership.adapter.CityProviders"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_PROVIDERS = {
    "google": {"SCOPE": ["profile", "email"], "AUTH_PARAMS": {"prompt": "select_account"}, "OAUTH_PKCE_ENABLED": True},
    "facebook": {"METHOD": "oauth2", "SCOPE": ["email", "public_profile"], "FIELDS": ["id", "name", "email"]},
}

# By account and network address, so that a stranger cannot lock the owner out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_MINUTES = 15
AXES_COOLOFF_TIME = timedelta(minutes=AXES_COOLOFF_MINUTES)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_HTTP_RESPONSE_CODE = 429
AXES_USERNAME_CALLABLE = "balai.accounts.limits.axes_name"
AXES_CLIENT_IP_CALLABLE = "balai.accounts.limits.client_address"
AXES_CLIENT_STR_CALLABLE = "balai.accounts.limits.axes_words"
AXES_LOCKOUT_CALLABLE = "balai.accounts.views.locked_out"

# -- sessions and headers ---------------------------------------------------------------------------------------------
# The session table is in every schema and the cookie is host-only: a session of one city is nothing in another.
SESSION_ENGINE = "balai.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "balai.portal.errors.csrf_failure"
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", SECURE)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview frames the city's own pages.
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # It asks for DENY, for the reason above impossible.

# One tile server for every city unless it names another; empty: boundaries only, no tiles.
MAP_TILES_URL: str = env.str("MAP_TILES_URL", "https://tile.openstreetmap.org/{z}/{x}/{y}.png")
MAP_ATTRIBUTION: str = env.str("MAP_ATTRIBUTION", "© OpenStreetMap contributors")
_tile_host = "/".join(MAP_TILES_URL.replace("{s}", "*").split("/")[:3]) if MAP_TILES_URL else SELF
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", _tile_host],
        "connect-src": [SELF, _tile_host],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, "https://accounts.google.com", "https://www.facebook.com"],
        "frame-ancestors": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

# -- back office ------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Balai"


def _own_address() -> str:
    """The address of the city whose schema is in use, or of the hub."""
    from tenants.connection import connection

    hub = f"{PUBLIC_SCHEME}://{HUB_HOST}{':' if PUBLIC_PORT else ''}{PUBLIC_PORT}"
    return getattr(connection.tenant, "url", hub)


# In Wagtail's mails: asked anew each time, so that no city's editors are sent to another city.
WAGTAILADMIN_BASE_URL = lazy(_own_address, str)()
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Accounts are the portal's (allauth): one place for passwords, addresses, codes and second factors.
WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_USER_TIME_ZONES: list[str] = []  # the city's own, always
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILIMAGES_IMAGE_MODEL = "office.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "balai.office.forms.PictureForm"
# Only what can be drawn anew without metadata.
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 67_200_000
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

GRAPHENE = {"SCHEMA": "superapp_api.schema.schema"}
# Whether anyone may ask the API for its schema and open GraphiQL; signed-in staff always may ask.
GRAPHQL_INTROSPECTION: bool = env.bool("GRAPHQL_INTROSPECTION", EMBEDDED or DEBUG)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"axes": {"level": "WARNING"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
}
