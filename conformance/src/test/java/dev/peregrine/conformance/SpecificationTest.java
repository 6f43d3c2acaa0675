package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Apps that check the server against the specification of their interface, and ways to define one.
class SpecificationTest {
  @ParameterizedTest
  @ValueSource(strings = {"ruby/lint", "python/validate"})
  void requests_ofEveryKind_passTheValidator(String app) {
    try (Peregrine server =
        Peregrine.of(app).option("python", "/usr/bin/python3").workers(1).ready()) {
      assertThat(server.get("/a?b=c").text()).isEqualTo("GET /a 0\n");
      assertThat(server.get("/a?chunked").text()).isEqualTo("GET /a 0\n");
      assertThat(server.exchange(Messages.post("/p", "content")).text()).isEqualTo("POST /p 7\n");
      assertThat(server.exchange(Messages.post("/p", "x".repeat(300_000))).text())
          .isEqualTo("POST /p 300000\n");
      assertThat(
              server
                  .exchange(
                      Messages.request("PUT", "/p", "Transfer-Encoding: chunked")
                          + "\r\n3\r\nabc\r\n0\r\n\r\n")
                  .text())
          .startsWith("PUT /p");
      try (RawConnection connection = server.connect()) {
        assertThat(
                connection.send(Messages.request("HEAD", "/") + "\r\n").answerTo("HEAD").status())
            .isEqualTo(200);
        assertThat(connection.get("/").status()).isEqualTo(200);
      }
      assertThat(server.output()).doesNotContain("LintError").doesNotContain("AssertionError");
    }
  }

  @Test
  void module_ofEcmaScript_serves() {
    try (Peregrine server = Peregrine.of("node/esm").workers(1).start()) {
      assertThat(server.get("/").text()).isEqualTo("esm");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wsgi.py", "passenger_wsgi.py", "app.py"})
  void python_underEachOfItsNames_isDetected(String file) {
    Path app =
        Apps.of(
            file,
            """
            def application(environ, start_response):
                start_response("200 OK", [])
                return [b"detected"]
            """);
    try (Peregrine server =
        Peregrine.of(app).option("python", "/usr/bin/python3").workers(1).start()) {
      assertThat(server.get("/").text()).isEqualTo("detected");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"app.js", "server.js", "index.js"})
  void node_underEachOfItsNames_isDetected(String file) {
    Path app =
        Apps.of(
            file,
            "require('http').createServer((q, r) => r.end('detected')).listen(3000, '::');\n");
    try (Peregrine server = Peregrine.of(app).workers(1).start()) {
      assertThat(server.get("/").text()).isEqualTo("detected");
    }
  }

  @Test
  void virtualEnvironment_inTheApp_isUsed() {
    Path app =
        Apps.of(
            "wsgi.py",
            """
            import sys
            def application(environ, start_response):
                start_response("200 OK", [])
                return [sys.prefix.encode()]
            """);
    Commands.Outcome made =
        Commands.run(
            "/usr/bin/python3", "-m", "venv", "--without-pip", app.resolve("venv").toString());
    assertThat(made.code()).as(made.toString()).isZero();
    try (Peregrine server = Peregrine.of(app).workers(1).start()) {
      assertThat(server.get("/").text()).isEqualTo(app.resolve("venv").toString());
    }
  }

  @Test
  void gemfile_locked_loadsBundler() {
    Path app =
        Apps.of(
            "config.ru", "run(->(env) { [200, {}, [defined?(Bundler) ? 'bundled' : 'bare']] })\n");
    Apps.write(app, "Gemfile", "source 'https://rubygems.org'\ngem 'rack'\n");
    String rack = Commands.run("ruby", "-e", "require 'rack'; print Rack.release").output();
    Apps.write(
        app,
        "Gemfile.lock",
        """
        GEM
          remote: https://rubygems.org/
          specs:
            rack (%s)

        PLATFORMS
          ruby
          x86_64-linux

        DEPENDENCIES
          rack
        """
            .formatted(rack));
    try (Peregrine server = Peregrine.of(app).workers(1).start()) {
      assertThat(server.get("/").text()).isEqualTo("bundled");
    }
  }

  @Test
  void procfile_ofAnotherServer_isProxied() {
    Path app =
        Apps.of("Procfile", "web: exec /usr/bin/python3 -m http.server --bind 127.0.0.1 $PORT\n");
    Apps.write(app, "served.txt", "by python");
    try (Peregrine server = Peregrine.of(app).workers(1).start()) {
      assertThat(server.get("/served.txt").text()).isEqualTo("by python");
      assertThat(server.get("/nowhere").status()).isEqualTo(404);
    }
  }

  private static final String READS_HALF_OF_IT_PYTHON =
      """
      import os
      def application(environ, start_response):
          first = environ["wsgi.input"].read(5)
          with open(os.environ["LEDGER"], "wb") as ledger:
              ledger.write(first)
          start_response("200 OK", [])
          return [first + environ["wsgi.input"].read()]
      """;

  private static final String READS_HALF_OF_IT_RUBY =
      """
      run(lambda do |env|
        first = env["rack.input"].read(5)
        File.binwrite(ENV["LEDGER"], first)
        rest = env["rack.input"].read
        env["rack.input"].rewind
        [200, {}, [first, rest, " ", env["rack.input"].read]]
      end)
      """;

  @ParameterizedTest
  @CsvSource({
    "python, Content-Length: 10, first, other",
    "ruby, Content-Length: 10, first, other",
    "ruby, Transfer-Encoding: chunked, 5!first!, 5!other!0!!",
    "jruby, Content-Length: 10, first, other",
    "jruby, Transfer-Encoding: chunked, 5!first!, 5!other!0!!"
  })
  void requestBuffering_off_letsTheAppReadWhatHasArrived(
      String runtime, String framing, String first, String rest) {
    boolean isPython = runtime.equals("python");
    Path app =
        isPython
            ? Apps.of("wsgi.py", READS_HALF_OF_IT_PYTHON)
            : Apps.of("config.ru", READS_HALF_OF_IT_RUBY);
    Peregrine.Setup setup = Peregrine.of(app).option("request_buffering", false).workers(1);
    if (runtime.equals("jruby")) {
      setup.variable("PATH", Tools.pathWithout("ruby", "jruby", "rbenv"));
    }
    try (Peregrine server = setup.start();
        RawConnection connection = server.connect()) {
      String head = Messages.request("POST", "/", framing) + "\r\n";
      connection.send(head + first.replace("!", "\r\n"));
      Await.until(
          "first half in the app", () -> server.home().resolve("ledger").toFile().length() == 5);

      assertThat(connection.send(rest.replace("!", "\r\n")).answer().text())
          .isEqualTo(isPython ? "firstother" : "firstother firstother");
      assertThat(connection.send(head + (first + rest).replace("!", "\r\n")).answer().status())
          .isEqualTo(200);
    }
  }
}
