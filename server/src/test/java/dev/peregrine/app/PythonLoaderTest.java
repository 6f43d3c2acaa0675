package dev.peregrine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Python loader, driven through its sockets as the server does.
class PythonLoaderTest extends LoaderFixture {
  private static final String OK =
      """
      def application(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return %s
      """;

  private WorkerUnderTest start(String app) throws IOException {
    return start(app, TestConfig.of(root));
  }

  private WorkerUnderTest start(String app, TestConfig config) throws IOException {
    return start("wsgi.py", app, config.interpreter("/usr/bin/python3"));
  }

  @Test
  void start_plainApp_reportsStepsAndVersions() throws IOException {
    WorkerUnderTest started = start(OK.formatted("[]"));

    assertThat(started.messages().getFirst().get("hello")).isEqualTo("secret");
    assertThat(started.messages())
        .filteredOn(message -> "step".equals(message.get("type")))
        .extracting(message -> message.get("name") + " " + message.get("state"))
        .containsExactly(
            "boot_loader done", "load_app begin", "load_app done", "listen begin", "listen done");
    assertThat(String.valueOf(started.last().get("runtime"))).startsWith("python 3.");
  }

  @Test
  void request_listOfOne_getsContentLength() throws IOException {
    WorkerUnderTest started = start(OK.formatted("[b'hello']"));

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.field("Content-Length")).contains("5");
      assertThat(reply.text()).isEqualTo("hello");
      assertThat(client.get("/").text()).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "HEAD", "DELETE", "OPTIONS"})
  void request_validatedApp_isAnswered(String method) throws IOException {
    WorkerUnderTest started =
        start(
            """
            from wsgiref.validate import validator

            @validator
            def application(environ, start_response):
                content = environ["wsgi.input"].read(10)
                fields = [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))]
                start_response("200 OK", fields)
                return [content]
            """);

    try (GatewayClient client = started.connect()) {
      String content = method.equals("POST") ? "content" : "";

      assertThat(client.request(method, "/", Map.of(), content).status())
          .as(started.errors())
          .isEqualTo(200);
    }
  }

  @Test
  void request_escapedPath_isUnquotedToLatin1() throws IOException {
    WorkerUnderTest started =
        start(
            OK.formatted(
                "[environ['PATH_INFO'].encode('latin-1'), environ['REQUEST_URI'].encode()]"));

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/caf%C3%A9%20x?a=%20").text())
          .isEqualTo("/café x/caf%C3%A9%20x?a=%20");
    }
  }

  @Test
  void request_onHttps_setsUrlScheme() throws IOException {
    WorkerUnderTest started = start(OK.formatted("[environ['wsgi.url_scheme'].encode()]"));

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("GET", "/", Map.of("HTTP_X_FORWARDED_PROTO", "https"), "").text())
          .isEqualTo("https");
      assertThat(client.get("/").text()).isEqualTo("http");
    }
  }

  @Test
  void request_content_isReadInEveryWay() throws IOException {
    WorkerUnderTest started =
        start(
            OK.formatted(
                """
                  [repr((lambda f: [f.read(3), f.readline(), f.readline(2), f.readline(), f.readlines(),
                          f.read(), f.read(5)])(environ["wsgi.input"])).encode()]
                """));

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/", Map.of(), "abcde\nfghi\njk\nl").text())
          .isEqualTo("[b'abc', b'de\\n', b'fg', b'hi\\n', [b'jk\\n', b'l'], b'', b'']");
    }
  }

  @Test
  void request_chunkedContent_isDecoded() throws IOException {
    WorkerUnderTest started =
        start(
            OK.formatted(
                "[environ['wsgi.input'].read(), str('HTTP_TRANSFER_ENCODING' in environ).encode()]"));

    try (GatewayClient client = started.connect()) {
      Map<String, String> chunked = Map.of("HTTP_TRANSFER_ENCODING", "chunked");
      String content = "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nT: x\r\n\r\n";

      assertThat(client.request("POST", "/", chunked, content).text())
          .isEqualTo("hello worldFalse");
      assertThat(client.get("/").text()).isEqualTo("False");
    }
  }

  @Test
  void request_contentNotRead_isSkipped() throws IOException {
    WorkerUnderTest started = start(OK.formatted("[b'ignored']"));

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/", Map.of(), "x".repeat(200_000)).text())
          .isEqualTo("ignored");
      assertThat(client.get("/").text()).isEqualTo("ignored");
    }
  }

  @Test
  void response_generator_isChunkedAndClosed() throws IOException {
    WorkerUnderTest started =
        start(
            """
            import sys

            def application(environ, start_response):
                start_response("200 OK", [])
                try:
                    yield b""
                    yield b"a"
                    yield b"bc"
                finally:
                    print("closed", file=sys.stderr)
            """);

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.field("Transfer-Encoding")).contains("chunked");
      assertThat(reply.text()).isEqualTo("abc");
      assertThat(client.request("HEAD", "/", Map.of(), "").status()).isEqualTo(200);
      assertThat(client.get("/").text()).isEqualTo("abc");
      assertThat(started.errors()).contains("closed");
    }
  }

  @Test
  void response_writeCallable_precedesTheIterable() throws IOException {
    WorkerUnderTest started =
        start(
            """
            def application(environ, start_response):
                write = start_response("200 OK", [])
                write(b"one ")
                write(b"two ")
                return [b"three"]
            """);

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").text()).isEqualTo("one two three");
      assertThat(client.get("/").text()).isEqualTo("one two three");
    }
  }

  @Test
  void response_file_isSentWhole() throws IOException {
    Files.writeString(root.resolve("big"), "0123456789".repeat(200_000));
    WorkerUnderTest started =
        start(OK.formatted("environ['wsgi.file_wrapper'](open('big', 'rb'))"));

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.field("Content-Length")).contains("2000000");
      assertThat(reply.content()).hasSize(2_000_000);
      assertThat(client.request("HEAD", "/", Map.of(), "").field("Content-Length"))
          .contains("2000000");
      assertThat(client.get("/").isWhole()).isTrue();
    }
  }

  @Test
  void response_fileLikeObject_isIterated() throws IOException {
    WorkerUnderTest started =
        start("import io\n" + OK.formatted("environ['wsgi.file_wrapper'](io.BytesIO(b'abc'))"));

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").text()).isEqualTo("abc");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"204 No Content", "304 Not Modified"})
  void response_statusWithoutContent_hasNone(String status) throws IOException {
    WorkerUnderTest started =
        start(
            """
            def application(environ, start_response):
                start_response("%s", [])
                return [b"surplus"]
            """
                .formatted(status));

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").field("Content-Length")).isEmpty();
      assertThat(client.get("/").status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 9})
  void response_lyingLength_isClosed(int length) throws IOException {
    WorkerUnderTest started =
        start(
            """
            def application(environ, start_response):
                start_response("200 OK", [("Content-Length", "%d")])
                return [b"abc"]
            """
                .formatted(length));

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").content()).hasSize(Math.min(3, length));
      assertThat(client.isAtEnd()).isTrue();
      assertThat(started.errors())
          .contains("Content-Length is " + length + ", content has 3 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start_response('200 OK', [('X', 'a\\r\\nY: b')])",
        "start_response('200 OK\\nX: y', [])",
        "start_response('103 Early Hints', [])",
        "start_response('200 OK', [('Connection', 'close')])",
        "start_response('200 OK', []), start_response('200 OK', [])",
        "None"
      })
  void response_wrong_is500(String statement) throws IOException {
    WorkerUnderTest started =
        start(
            """
            def application(environ, start_response):
                %s
                return [b"a"]
            """
                .formatted(statement));

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").field("X-Peregrine-App-Error")).contains("1");
    }
  }

  @Test
  void response_exceptionInfoBeforeTheHead_replacesIt() throws IOException {
    WorkerUnderTest started =
        start(
            """
            import sys

            def application(environ, start_response):
                start_response("200 OK", [])
                try:
                    raise KeyError("x")
                except KeyError:
                    start_response("500 Oops", [("X-Y", "z")], sys.exc_info())
                return [b"sorry"]
            """);

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.text()).isEqualTo("sorry");
      assertThat(reply.field("X-Peregrine-App-Error")).isEmpty();
    }
  }

  @Test
  void frame_ofAnotherVersion_isRefusedWithARemedy() throws IOException {
    start(OK.formatted("[b'ok']")).assertRefusesFrameOfAnotherVersion();
  }

  @Test
  void requests_behindEachOther_areAnsweredInTurn() throws IOException {
    start(OK.formatted("[environ['PATH_INFO'].encode()]")).assertAnswersInTurn();
  }

  @Test
  void requests_behindALongOne_areNotBegunAfterTheServersEnd() throws Exception {
    WorkerUnderTest started =
        start(
            """
            import os, time
            def application(environ, start_response):
                print(environ["PATH_INFO"], flush=True)
                while not os.path.exists("go"):
                    time.sleep(0.01)
                start_response("200 OK", [])
                return [b"done"]
            """);
    started.assertNothingIsBegunAfterTheEnd(() -> Files.createFile(root.resolve("go")));
  }

  @Test
  void request_appHasADefaultTimeout_isAnsweredAfterAPause() throws IOException {
    WorkerUnderTest started =
        start(
            """
            import socket
            socket.setdefaulttimeout(0.1)
            """
                + OK.formatted("[str(environ['REQUEST_METHOD']).encode()]"));

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").text()).isEqualTo("GET");
      LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
      assertThat(client.get("/").text()).isEqualTo("GET");
      assertThat(started.errors()).isEmpty();
    }
  }

  @Test
  void app_raises_is500WithItsBacktrace() throws IOException {
    WorkerUnderTest started =
        start("def application(environ, start_response):\n    raise KeyError('x')\n");

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/path");
      Map<?, ?> error = (Map<?, ?>) JsonText.parse(reply.text());

      assertThat(reply.status()).isEqualTo(500);
      assertThat(error.get("class")).isEqualTo("KeyError");
      assertThat(String.valueOf(error.get("backtrace"))).contains("wsgi.py:2");
      assertThat(started.errors()).contains("GET /path: Traceback");
      assertThat(client.get("/").status()).isEqualTo(500);
    }
  }

  @Test
  void app_raisesWithinContent_isCutOffAndClosed() throws IOException {
    WorkerUnderTest started =
        start(
            """
            def application(environ, start_response):
                start_response("200 OK", [])
                yield b"a"
                raise ValueError("late")
            """);

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").isWhole()).isFalse();
      assertThat(client.isAtEnd()).isTrue();
      assertThat(started.errors()).contains("late");
    }
    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void threads_two_workAtOnce() throws IOException {
    WorkerUnderTest started =
        start(
            """
            import queue

            line = queue.Queue()

            def application(environ, start_response):
                start_response("200 OK", [])
                if environ["PATH_INFO"] == "/wait":
                    return [line.get()]
                line.put(b"go")
                return [str(environ["wsgi.multithread"]).encode()]
            """,
            TestConfig.of(root).threads(2));

    try (GatewayClient first = started.connect(0);
        GatewayClient second = started.connect(1)) {
      first.send("GET", "/wait", Map.of(), new byte[0]);
      assertThat(second.get("/go").text()).isEqualTo("True");

      assertThat(first.reply("GET").text()).isEqualTo("go");
    }
  }

  @Test
  void load_flask_isServed() throws IOException {
    WorkerUnderTest started =
        start(
            """
            from flask import Flask, request
            app = Flask(__name__)

            @app.post("/echo")
            def echo():
                return request.get_data() + request.remote_addr.encode()
            """);

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/echo", Map.of(), "x").text()).isEqualTo("x192.0.2.1");
      assertThat(String.valueOf(started.last().get("framework"))).startsWith("flask ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import nowhere; app = 1|missing_dependency|ModuleNotFoundError: No module named",
        "app = = 1|syntax_error|SyntaxError: ",
        "app = 1 / 0|app_error|ZeroDivisionError: ",
        "app = 1|app_error|wsgi.py defines no callable",
        "app = exit(3)|app_error|the app ended itself with exit status 3"
      })
  void load_fails_isReported(String line) throws IOException, InterruptedException {
    String[] parts = line.split("\\|", -1);
    WorkerUnderTest started = start(parts[0]);

    assertThat(WorkerUnderTest.texts(started.last()))
        .containsEntry("type", "error")
        .containsEntry("category", parts[1]);
    assertThat(String.valueOf(started.last().get("summary"))).startsWith(parts[2]);
    assertThat(started.exitStatus()).isEqualTo(1);
    assertThat(started.errors()).contains("Traceback");
  }

  @Test
  void control_pingAndBacktraces_areAnswered() throws IOException {
    WorkerUnderTest started = start(OK.formatted("[]"));

    started.tell("{\"type\":\"ping\",\"id\":7}");
    assertThat(started.nextMessage().get("id")).isEqualTo("7");
    started.tell("{\"type\":\"backtraces\"}");
    assertThat(String.valueOf(started.nextMessage().get("threads"))).contains("peregrine slot 0");
  }

  @Test
  void control_slotAwaited_isFreeOnceItsResponseIsOver() throws Exception {
    WorkerUnderTest started =
        start(
            """
            import os, time
            def content():
                yield b"begun"
                while not os.path.exists("go"):
                    time.sleep(0.01)
                while True:
                    yield b"more"
            def application(environ, start_response):
                start_response("200 OK", [])
                return content()
            """);
    started.assertSlotIsFreeOnly(() -> Files.createFile(root.resolve("go")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"drain", "hang up", "TERM"})
  void drain_requestRunning_isFinishedFirst(String how) throws Exception {
    WorkerUnderTest started =
        start("import time\n" + OK.formatted("print('in') or time.sleep(0.3) or [b'whole']"));

    try (GatewayClient client = started.connect()) {
      client.send("GET", "/", Map.of(), new byte[0]);
      while (started.output().isEmpty()) {
        Thread.onSpinWait();
      }
      started.end(how);

      assertThat(client.reply("GET").text()).isEqualTo("whole");
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(started.exitStatus()).as(started.errors()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"drain", "hang up", "TERM", "stop"})
  void drain_idle_ends(String how) throws Exception {
    WorkerUnderTest started =
        start("import atexit\natexit.register(print, 'bye')\n" + OK.formatted("[]"));

    try (GatewayClient client = started.connect()) {
      client.get("/");
      started.end(how);

      assertThat(started.exitStatus()).as(started.errors()).isZero();
      assertThat(started.output()).contains("bye");
    }
  }
}
