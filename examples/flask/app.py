"""A Flask app; needs the package flask (Debian: python3-flask)."""

from flask import Flask, request

app = Flask(__name__)


@app.get("/")
def home():
    """Says hello."""
    return "Hello from Flask\n"


@app.get("/greet/<name>")
def greet(name):
    """Greets by name."""
    return {"greeting": f"Hello, {name}", "client": request.remote_addr}


@app.post("/echo")
def echo():
    """Returns the content of the request."""
    return request.get_data(), 200, {"Content-Type": "application/octet-stream"}
