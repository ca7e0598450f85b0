import os

SECRET_KEY = os.environ.get("SECRET_KEY", "only for development")
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "boreal.urls"
WSGI_APPLICATION = "boreal.wsgi.application"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("DB_NAME", "boreal"),
        "HOST": os.environ.get("DB_HOST", "db"),
    }
}
USE_TZ = True
