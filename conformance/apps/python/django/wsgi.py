"""A Django project in one file."""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path

settings.configure(
    DEBUG=False,
    SECRET_KEY="s" * 50,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    INSTALLED_APPS=[],
)
django.setup()


def root(request):
    return HttpResponse("django")


def hello(request, name):
    return HttpResponse(f"hello {name}")


def form(request):
    return HttpResponse(f"{request.POST['dish']} for {request.POST['guests']}")


def file(request):
    upload = request.FILES["file"]
    return HttpResponse(f"{upload.name} {upload.size}")


def count(request):
    request.session["count"] = request.session.get("count", 0) + 1
    return HttpResponse(str(request.session["count"]))


def item(request):
    return HttpResponse(request.body[::-1])


def away(request):
    return HttpResponseRedirect("/")


def stream(request):
    return StreamingHttpResponse((f"{i}\n" for i in range(3)), content_type="text/plain")


def fail(request):
    raise RuntimeError("django failed")


urlpatterns = [
    path("", root), path("hello/<name>", hello), path("form", form), path("file", file), path("count", count),
    path("item", item), path("away", away), path("stream", stream), path("raise", fail),
]
application = get_wsgi_application()
