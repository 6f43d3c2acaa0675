"""A Django app in a single file; needs the package django (Debian: python3-django)."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import path

settings.configure(
    DEBUG=os.environ.get("PEREGRINE_APP_ENV") == "development",
    SECRET_KEY=os.environ.get("SECRET_KEY", "only-for-this-example"),
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)


def home(request):
    """Says hello."""
    return HttpResponse("Hello from Django\n", content_type="text/plain")


def greet(request, name):
    """Greets by name."""
    return JsonResponse({"greeting": f"Hello, {name}"})


urlpatterns = [path("", home), path("greet/<str:name>", greet)]

application = get_wsgi_application()
