package dev.peregrine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Node.js loader, driven through its sockets as the server does.
class NodeLoaderTest extends LoaderFixture {
  private static final String HELLO =
      """
      const http = require('http');
      const server = http.createServer((request, response) => response.end('hello'));
      """;

  private WorkerUnderTest start(String name, String app) throws IOException {
    return start(name, app, TestConfig.of(root).startupFile(name));
  }

  private static String get(WorkerUnderTest worker, String more) throws IOException {
    try (GatewayClient client = worker.connect()) {
      client.write("GET / HTTP/1.1\r\nHost: x\r\n" + more + "\r\n");
      return client.reply("GET").text();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server.listen(3000)",
        "server.listen(3000, '0.0.0.0', () => console.log('up', server.address().port))",
        "server.listen({ port: 3000, host: 'localhost' })",
        "server.listen()",
        "server.listen('3000')",
        "server.listen('/nowhere/some.sock')",
        "setTimeout(() => server.listen(process.env.PORT), 50)",
        "if (require.main === module) server.listen(0)"
      })
  void listen_first_isRedirected(String statement) throws IOException {
    WorkerUnderTest started = start("app.js", HELLO + statement);

    assertThat(get(started, "")).isEqualTo("hello");
    assertThat(started.last().get("protocol")).isEqualTo("http");
    assertThat(started.last().get("concurrency")).isEqualTo("0");
    assertThat(String.valueOf(started.last().get("runtime"))).startsWith("node ");
  }

  @Test
  void listen_inModule_isRedirected() throws IOException {
    WorkerUnderTest started =
        start(
            "app.mjs",
            """
            import http from 'node:http';
            const text = await Promise.resolve('module');
            http.createServer((request, response) => response.end(text)).listen(3000);
            """);

    assertThat(get(started, "")).isEqualTo("module");
  }

  @Test
  void listen_second_isAsEver() throws IOException {
    WorkerUnderTest started =
        start(
            "app.js",
            HELLO
                + """
                server.listen(3000, () => {
                  const other = http.createServer((request, response) => response.end('other'));
                  other.listen(0, '127.0.0.1', () => console.log(`port ${other.address().port}`));
                });
                """);

    assertThat(get(started, "")).isEqualTo("hello");
    while (!started.output().contains("port ")) {
      Thread.onSpinWait();
    }
    assertThat(started.output()).matches("port [1-9][0-9]*\n");
  }

  @Test
  void request_client_isTheForwardedOne() throws IOException {
    WorkerUnderTest started =
        start(
            "app.js",
            """
            require('http').createServer((request, response) => {
              const { remoteAddress, remoteFamily, encrypted } = request.socket;
              setImmediate(() => response.end(`${remoteAddress} ${remoteFamily} ${encrypted}`));
            }).listen(3000);
            """);

    assertThat(get(started, "X-Forwarded-For: 192.0.2.1, 2001:db8::1\r\n"))
        .isEqualTo("2001:db8::1 IPv6 false");
    assertThat(get(started, "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n"))
        .isEqualTo("192.0.2.1 IPv4 true");
    assertThat(get(started, "")).isEqualTo("127.0.0.1 IPv4 false");
  }

  @Test
  void request_limitsInTime_areOff() throws IOException {
    WorkerUnderTest started =
        start(
            "app.js",
            """
            const server = require('http').createServer((request, response) => response.end(
              [server.keepAliveTimeout, server.requestTimeout, server.headersTimeout].join()));
            server.keepAliveTimeout = 5000;
            server.listen(3000);
            """);

    assertThat(get(started, "")).isEqualTo("0,0,0");
  }

  @Test
  void load_environment_hidesTheToken() throws IOException {
    WorkerUnderTest started =
        start(
            "app.js",
            """
            const seen = `${process.env.PEREGRINE_TOKEN} ${process.env.NODE_ENV}`;
            require('http').createServer((request, response) => response.end(seen)).listen(3000);
            """);

    assertThat(get(started, "")).isEqualTo("undefined production");
  }

  @Test
  void load_childProcess_isLeftAlone() throws IOException {
    Files.writeString(
        root.resolve("child.js"),
        "const s = require('http').createServer().listen(0, () => {"
            + "process.send(typeof s.address().port); process.exit(); });");
    WorkerUnderTest started =
        start(
            "app.js",
            """
            const child = require('child_process').fork('./child.js');
            child.on('message', (text) => require('http')
              .createServer((request, response) => response.end(text)).listen(3000));
            """);

    assertThat(get(started, "")).isEqualTo("number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.js|require('nowhere')|missing_dependency|Error: Cannot find module 'nowhere'",
        "app.mjs|import 'nowhere'|missing_dependency|Error: Cannot find package 'nowhere'",
        "app.js|let x = ;|syntax_error|SyntaxError: ",
        "app.js|throw new TypeError('bad')|app_error|TypeError: bad",
        "app.js|throw 'text'|app_error|Error: text",
        "app.mjs|await Promise.reject(new Error('late'))|app_error|Error: late",
        "app.js|console.log('done')|app_error|Error: the app ended without an HTTP server",
        "app.js|process.exit(3)|app_error|the app ended itself with exit status 3"
      })
  void load_fails_isReported(String line) throws IOException, InterruptedException {
    String[] parts = line.split("\\|", -1);
    WorkerUnderTest started = start(parts[0], parts[1]);

    assertThat(WorkerUnderTest.texts(started.last()))
        .containsEntry("type", "error")
        .containsEntry("category", parts[2]);
    assertThat(String.valueOf(started.last().get("summary"))).startsWith(parts[3]);
    assertThat(started.exitStatus()).isNotZero();
  }

  @Test
  void exception_whenServing_endsAsNodeDoes() throws IOException, InterruptedException {
    WorkerUnderTest started =
        start(
            "app.js",
            "require('http').createServer(() => { throw new Error('served') }).listen(3000);");

    try (GatewayClient client = started.connect()) {
      client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(started.exitStatus()).isEqualTo(1);
    assertThat(started.errors()).contains("Error: served");
  }

  @Test
  void control_pingAndBacktraces_areAnswered() throws IOException {
    WorkerUnderTest started = start("app.js", HELLO + "server.listen(3000)");

    started.tell("{\"type\":\"ping\",\"id\":7}");
    assertThat(started.nextMessage().get("id")).isEqualTo("7");
    started.tell("{\"type\":\"backtraces\"}");
    assertThat(String.valueOf(started.nextMessage().get("threads"))).contains("name=main");
  }

  @ParameterizedTest
  @ValueSource(strings = {"drain", "hang up", "TERM"})
  void drain_requestRunning_isFinishedFirst(String how) throws Exception {
    WorkerUnderTest started =
        start(
            "app.js",
            """
            require('http').createServer((request, response) => {
              console.log('in');
              setTimeout(() => response.end('whole'), 300);
            }).listen(3000);
            """);

    try (GatewayClient client = started.connect()) {
      client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
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
        start(
            "app.js",
            HELLO
                + "server.listen(3000); setInterval(() => {}, 1000);"
                + "process.on('exit', () => console.log('bye'))");

    try (GatewayClient client = started.connect()) {
      client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      client.reply("GET");
      started.end(how);

      assertThat(started.exitStatus()).as(started.errors()).isZero();
      assertThat(started.output()).contains("bye");
    }
  }

  @Test
  void drain_tunnelOpen_isEnded() throws Exception {
    WorkerUnderTest started =
        start(
            "app.js",
            HELLO
                + """
                server.on('upgrade', (request, socket) => {
                  socket.write('HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n');
                  socket.on('data', (data) => socket.write(data));
                }).listen(3000);
                """);

    try (GatewayClient client = started.connect()) {
      client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
      assertThat(client.reply("GET").status()).isEqualTo(101);
      client.write("echo\n");
      assertThat(client.line("\n")).isEqualTo("echo");
      started.end("drain");

      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(started.exitStatus()).isZero();
  }
}
