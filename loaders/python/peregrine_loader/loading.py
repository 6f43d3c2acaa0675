"""Loads a WSGI app from its startup file, and says why it cannot be loaded."""

import importlib
import importlib.util
import os
import sys
import traceback

NAMES = ("application", "app")
FRAMEWORKS = ("flask", "django", "bottle", "pyramid", "falcon", "cherrypy", "tornado", "web2py")


class NoCallable(Exception):
    """The startup file defines no WSGI callable."""


def load(path, root):
    """Imports the startup file as the module it is below the app's directory."""
    name = os.path.splitext(os.path.relpath(path, root))[0].replace(os.sep, ".")
    if all(part.isidentifier() for part in name.split(".")):
        module = importlib.import_module(name)
    else:
        module = _load_file("peregrine_app", path)
    for callable_name in NAMES:
        app = getattr(module, callable_name, None)
        if callable(app):
            return app
    raise NoCallable(
        f"{os.path.basename(path)} defines no callable named {' or '.join(NAMES)}"
    )


def _load_file(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def frameworks():
    """Returns the names and versions of what the app is made with, such as "flask 2.2.2"."""
    found = []
    for name in FRAMEWORKS:
        if name in sys.modules:
            from importlib import metadata

            try:
                found.append(f"{name} {metadata.version(name)}")
            except metadata.PackageNotFoundError:
                found.append(name)
    return ", ".join(found)


def error_message(error):
    """Returns the `error` message for an app that could not be loaded."""
    return {
        "type": "error",
        "category": _category(error),
        "summary": _summary(error),
        "details": "".join(traceback.format_exception_only(type(error), error)),
        "backtrace": backtrace(error),
    }


def backtrace(error):
    """Returns the frames of an exception that are the app's own, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    package = os.path.dirname(os.path.abspath(__file__))
    lines = [
        f"{frame.filename}:{frame.lineno}:in {frame.name}"
        for frame in frames
        if not frame.filename.startswith((package, os.path.dirname(importlib.__file__), "<frozen"))
    ]
    if isinstance(error, SyntaxError) and error.filename:
        lines.append(f"{error.filename}:{error.lineno}:in <module>")
    return lines[::-1]


def _category(error):
    if isinstance(error, ImportError):
        return "missing_dependency"
    if isinstance(error, SyntaxError):
        return "syntax_error"
    return "app_error"


def _summary(error):
    if isinstance(error, SystemExit):
        return f"the app ended itself with exit status {error.code} while it was loaded"
    if isinstance(error, NoCallable):
        return str(error)
    return traceback.format_exception_only(type(error), error)[-1].strip()
