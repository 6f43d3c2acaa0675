from flask import Flask, Response, redirect, request, session

app = Flask(__name__)
app.secret_key = "s" * 32


@app.get("/")
def root():
    return "flask"


@app.get("/hello/<name>")
def hello(name):
    return f"hello {name}"


@app.post("/form")
def form():
    return f"{request.form['dish']} for {request.form['guests']}"


@app.post("/file")
def file():
    upload = request.files["file"]
    return f"{upload.filename} {len(upload.read())}"


@app.get("/count")
def count():
    session["count"] = session.get("count", 0) + 1
    return str(session["count"])


@app.put("/item")
def item():
    return request.get_data()[::-1]


@app.get("/away")
def away():
    return redirect("/")


@app.get("/stream")
def stream():
    return Response((f"{i}\n" for i in range(3)), mimetype="text/plain")


@app.get("/raise")
def fail():
    raise RuntimeError("flask failed")
