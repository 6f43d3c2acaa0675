package dev.peregrine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Ruby loader, driven through its sockets as the server does.
class RubyLoaderTest extends LoaderFixture {
  private static final String LINT =
      """
      require "rack/lint"
      require "uri"
      use Rack::Lint
      run ->(env) {
        content = env["rack.input"].read
        [200, { "Content-Type" => "text/plain", "Content-Length" => content.bytesize.to_s },
         [content]]
      }
      """;

  private WorkerUnderTest start(String app) throws IOException {
    return start(app, TestConfig.of(root));
  }

  private WorkerUnderTest start(String app, TestConfig config) throws IOException {
    return start("config.ru", app, config);
  }

  @Test
  void start_plainApp_reportsStepsAndVersions() throws IOException {
    WorkerUnderTest started = start("run ->(env) { [200, {}, []] }");

    assertThat(started.messages().getFirst().get("hello")).isEqualTo("secret");
    assertThat(started.messages())
        .filteredOn(message -> "step".equals(message.get("type")))
        .extracting(message -> message.get("name") + " " + message.get("state"))
        .containsExactly(
            "boot_loader done", "load_app begin", "load_app done", "listen begin", "listen done");
    assertThat(String.valueOf(started.last().get("runtime"))).startsWith("ruby ");
    assertThat(String.valueOf(started.last().get("framework"))).startsWith("rack ");
  }

  @Test
  void request_arrayBody_getsContentLength() throws IOException {
    WorkerUnderTest started =
        start("run ->(env) { [200, { 'X-Path' => env['PATH_INFO'] }, ['a', 'bc']] }");

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/x%20y?q=1");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.field("Content-Length")).contains("3");
      assertThat(reply.field("X-Path")).contains("/x%20y");
      assertThat(reply.text()).isEqualTo("abc");
      assertThat(client.get("/").text()).isEqualTo("abc");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "HEAD", "DELETE", "OPTIONS"})
  void request_appUnderLint_isAnswered(String method) throws IOException {
    WorkerUnderTest started = start(LINT);

    try (GatewayClient client = started.connect()) {
      String content = method.equals("POST") ? "content" : "";

      assertThat(client.request(method, "/", Map.of(), content).status())
          .as(started.errors())
          .isEqualTo(200);
    }
  }

  @Test
  void request_onHttps_setsUrlScheme() throws IOException {
    WorkerUnderTest started = start("run ->(env) { [200, {}, [env['rack.url_scheme']]] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("GET", "/", Map.of("HTTP_X_FORWARDED_PROTO", "https"), "").text())
          .isEqualTo("https");
      assertThat(client.get("/").text()).isEqualTo("http");
    }
  }

  @Test
  void request_contentOfKnownLength_isReadTwice() throws IOException {
    WorkerUnderTest started =
        start(
            """
            run ->(env) {
              input = env["rack.input"]
              first = input.read
              input.rewind
              [200, {}, ["#{first.bytesize} #{input.read == first} #{input.class}"]]
            }
            """);

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/", Map.of(), "x".repeat(9)).text())
          .isEqualTo("9 true StringIO");
      assertThat(client.request("POST", "/", Map.of(), "x".repeat(300_000)).text())
          .isEqualTo("300000 true Tempfile");
      assertThat(client.get("/").text()).isEqualTo("0 true StringIO");
    }
  }

  @Test
  void request_chunkedContent_isDecoded() throws IOException {
    WorkerUnderTest started =
        start(
            """
            run ->(env) {
              [200, {}, ["#{env["rack.input"].read} #{env.key?("HTTP_TRANSFER_ENCODING")}"]]
            }
            """);

    try (GatewayClient client = started.connect()) {
      Map<String, String> chunked = Map.of("HTTP_TRANSFER_ENCODING", "chunked");
      String content = "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nT: x\r\n\r\n";

      assertThat(client.request("POST", "/", chunked, content).text())
          .isEqualTo("hello world false");
      assertThat(client.get("/").text()).isEqualTo(" false");
    }
  }

  private WorkerUnderTest startStreaming(String app) throws IOException {
    return start(app, TestConfig.of(root).streamsContent(true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"first|a\nb\ncend", "5\r\nfirst\r\n7|\r\na\nb\ncen\r\n1\r\nd\r\n0\r\n\r\n"})
  void streaming_contentHalfSent_isReadAsItArrives(String content) throws IOException {
    WorkerUnderTest started =
        startStreaming(
            """
            run ->(env) {
              input = env["rack.input"]
              [200, {}, Enumerator.new { |out|
                out << input.readpartial(10)
                out << input.gets.inspect << input.each.first.inspect << input.read.inspect
                out << input.read(1).inspect << input.read.inspect
              }]
            }
            """);
    String[] halves = content.split("\\|", -1);
    Map<String, String> framing =
        content.contains("\r")
            ? Map.of("HTTP_TRANSFER_ENCODING", "chunked")
            : Map.of("CONTENT_LENGTH", "13");

    try (GatewayClient client = started.connect()) {
      client.send("POST", "/", framing, new byte[0]);
      client.write(halves[0]);
      assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
      client.write(halves[1]);
      assertThat(client.line("0\r\n\r\n"))
          .contains("first", "\"a\\n\"", "\"b\\n\"", "\"cend\"", "nil", "\"\"");

      client.send("POST", "/", Map.of(), "again\n\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.reply("POST").text()).contains("again");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30_000})
  void streaming_contentReadInPart_canBeRewound(int tens) throws IOException {
    WorkerUnderTest started =
        startStreaming(
            """
            run ->(env) {
              input = env["rack.input"]
              part = input.read(5)
              input.rewind
              first = input.read
              input.rewind
              buffer = +"old"
              same = input.read(first.bytesize, buffer).equal?(buffer) && buffer == first
              [200, {}, ["#{first.start_with?(part)} #{first.bytesize} #{same} #{first.encoding}"]]
            }
            """);

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/", Map.of(), "0123456789".repeat(tens)).text())
          .isEqualTo("true " + tens * 10 + " true ASCII-8BIT");
    }
  }

  @Test
  void streaming_appUnderLint_isAnswered() throws IOException {
    WorkerUnderTest started = startStreaming(LINT);

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/", Map.of(), "content").text()).isEqualTo("content");
    }
  }

  @Test
  void streaming_rackThree_promisesNoRewind() throws IOException {
    WorkerUnderTest started =
        startStreaming(
            """
            module Rack; def self.release = "3.1.0"; end
            run ->(env) {
              input = env["rack.input"]
              [200, {}, ["#{input.respond_to?(:rewind)} #{input.read}"]]
            }
            """);

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/", Map.of(), "x").text()).isEqualTo("false x");
    }
  }

  @Test
  void streaming_contentLeftUnread_isSkipped() throws IOException {
    WorkerUnderTest started = startStreaming("run ->(env) { [200, {}, [env['PATH_INFO']]] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/1", Map.of(), "x".repeat(300_000)).text())
          .isEqualTo("/1");
      assertThat(client.get("/2").text()).isEqualTo("/2");
    }
  }

  @Test
  void streaming_serverHangsUpWithinContent_freesTheSlot() throws IOException {
    WorkerUnderTest started = startStreaming("run ->(env) { [200, {}, [env['rack.input'].read]] }");

    try (GatewayClient client = started.connect()) {
      client.send("POST", "/", Map.of("CONTENT_LENGTH", "5"), new byte[0]);
      client.write("some");
    }
    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    assertThat(started.errors()).isEmpty();
  }

  @Test
  void request_frameAndContentInPieces_isAnswered() throws IOException {
    WorkerUnderTest started = start("run ->(env) { [200, {}, [env['rack.input'].read]] }");

    try (GatewayClient client = started.connect()) {
      byte[] frame =
          GatewayFrame.of(
              Map.of("REQUEST_METHOD", "POST", "PATH_INFO", "/", "CONTENT_LENGTH", "2"));
      client.write(Arrays.copyOfRange(frame, 0, 2));
      client.write(Arrays.copyOfRange(frame, 2, 5));
      client.write(Arrays.copyOfRange(frame, 5, frame.length));
      client.write("o");
      client.write("k");

      assertThat(client.reply("POST").text()).isEqualTo("ok");
    }
  }

  @Test
  void response_severalValues_areSeveralLines() throws IOException {
    WorkerUnderTest started =
        start("run ->(env) { [200, { 'Set-Cookie' => \"a=1\\nb=2\", 'x-y' => ['1', '2'] }, []] }");

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.values("Set-Cookie")).containsExactly("a=1", "b=2");
      assertThat(reply.values("x-y")).containsExactly("1", "2");
    }
  }

  @Test
  void response_bodyWithEach_isChunked() throws IOException {
    WorkerUnderTest started = start("run ->(env) { [200, {}, %w[a b é].each_entry] }");

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.field("Transfer-Encoding")).contains("chunked");
      assertThat(reply.text()).isEqualTo("abé");
      assertThat(client.get("/").text()).isEqualTo("abé");
    }
  }

  @Test
  void response_bodyWithEachAndLength_isNotChunked() throws IOException {
    WorkerUnderTest started =
        start("run ->(env) { [200, { 'content-length' => '3' }, %w[a b c].each_entry] }");

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.field("Transfer-Encoding")).isEmpty();
      assertThat(reply.text()).isEqualTo("abc");
    }
  }

  @Test
  void response_callableBody_isStreamed() throws IOException {
    WorkerUnderTest started =
        start(
            """
            run ->(env) {
              [200, { "content-type" => "text/plain" }, proc { |stream|
                stream << "one " << stream.read
                stream.write(" two")
                stream.close
              }]
            }
            """);

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("POST", "/", Map.of(), "in").text()).isEqualTo("one in two");
      assertThat(client.get("/").text()).isEqualTo("one  two");
    }
  }

  @Test
  void response_bodyWithPath_isTheFile() throws IOException {
    Files.writeString(root.resolve("big"), "0123456789".repeat(200_000));
    WorkerUnderTest started =
        start(
            """
            class FileBody
              def to_path = File.join(__dir__, "big")
              def each = raise("must not be called")
              def close = $stderr.puts("closed")
            end
            run ->(env) { [200, {}, FileBody.new] }
            """);

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.field("Content-Length")).contains("2000000");
      assertThat(reply.content()).hasSize(2_000_000);
      assertThat(client.get("/").isWhole()).isTrue();
      assertThat(started.errors()).contains("closed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"204", "304"})
  void response_statusWithoutContent_hasNone(String status) throws IOException {
    WorkerUnderTest started = start("run ->(env) { [env['QUERY_STRING'].to_i, {}, ['surplus']] }");

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/?" + status);

      assertThat(reply.field("Content-Length")).isEmpty();
      assertThat(reply.field("Transfer-Encoding")).isEmpty();
      assertThat(client.get("/?200").text()).isEqualTo("surplus");
    }
  }

  @Test
  void response_toHead_hasLengthButNoContent() throws IOException {
    WorkerUnderTest started =
        start("run ->(env) { [200, { 'content-length' => '7' }, ['content']] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("HEAD", "/", Map.of(), "").field("Content-Length")).contains("7");
      assertThat(client.get("/").text()).isEqualTo("content");
    }
  }

  @Test
  void response_statusIsNotFinal_is500() throws IOException {
    WorkerUnderTest started = start("run ->(env) { [103, {}, []] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").status()).isEqualTo(500);
      assertThat(started.errors()).contains("103 is no final status");
    }
  }

  @Test
  void frame_ofAnotherVersion_isRefusedWithARemedy() throws IOException {
    start("run ->(env) { [200, {}, ['ok']] }").assertRefusesFrameOfAnotherVersion();
  }

  @Test
  void requests_behindEachOther_areAnsweredInTurn() throws IOException {
    start("run ->(env) { [200, {}, [env['PATH_INFO']]] }").assertAnswersInTurn();
  }

  @Test
  void requests_behindALongOne_areNotBegunAfterTheServersEnd() throws Exception {
    WorkerUnderTest started =
        start(
            """
            run(lambda do |env|
              $stdout.puts(env['PATH_INFO'])
              $stdout.flush
              sleep 0.01 until File.exist?('go')
              [200, {}, ['done']]
            end)
            """);
    started.assertNothingIsBegunAfterTheEnd(() -> Files.createFile(root.resolve("go")));
  }

  @Test
  void response_ofTheAppsOwnTransferCoding_endsTheConnection() throws IOException {
    WorkerUnderTest started =
        start(
            "run ->(env) { [200, { 'transfer-encoding' => 'chunked' }, [\"1\\r\\na\\r\\n0\\r\\n\\r\\n\"]] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").field("Connection")).contains("close");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void response_longerThanItsLength_isCutOffAndClosed() throws IOException {
    WorkerUnderTest started = start("run ->(env) { [200, { 'content-length' => '2' }, ['abc']] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").text()).isEqualTo("ab");
      assertThat(client.isAtEnd()).isTrue();
      assertThat(started.errors()).contains("Content-Length is 2, content has 3 bytes");
    }
  }

  @Test
  void response_shorterThanItsLength_isClosed() throws IOException {
    WorkerUnderTest started = start("run ->(env) { [200, { 'content-length' => '9' }, ['abc']] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").isWhole()).isFalse();
      assertThat(started.errors()).contains("Content-Length is 9, content has 3 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{ 'x' => \"a\\rb\" }", "{ \"x\\r\\ny\" => 'b' }", "{ 'x' => [\"a\\nb\"] }"})
  void response_fieldWithLineEnd_isRefused(String fields) throws IOException {
    WorkerUnderTest started = start("run ->(env) { [200, " + fields + ", ['a']] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").status()).isEqualTo(500);
    }
  }

  @Test
  void app_raises_is500WithItsBacktrace() throws IOException {
    WorkerUnderTest started = start("run ->(env) { raise KeyError, 'no \"x\"' }");

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/path");
      Map<?, ?> error = (Map<?, ?>) JsonText.parse(reply.text());

      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.field("X-Peregrine-App-Error")).contains("1");
      assertThat(error.get("class")).isEqualTo("KeyError");
      assertThat(error.get("message")).isEqualTo("no \"x\"");
      assertThat(String.valueOf(error.get("backtrace"))).contains("config.ru:1");
      assertThat(started.errors()).contains("GET /path: ").contains("config.ru:1");
      assertThat(client.get("/").status()).isEqualTo(500);
    }
  }

  @Test
  void app_raisesAtHead_sendsNoContent() throws IOException {
    WorkerUnderTest started =
        start("run ->(env) { env['REQUEST_METHOD'] == 'HEAD' ? raise('no') : [200, {}, ['a']] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.request("HEAD", "/", Map.of(), "").status()).isEqualTo(500);
      assertThat(client.get("/").text()).isEqualTo("a");
    }
  }

  @Test
  void app_raisesWithinContent_isCutOffAndClosed() throws IOException {
    WorkerUnderTest started =
        start("run ->(env) { [200, {}, Enumerator.new { |y| y << 'a'; raise 'late' }] }");

    try (GatewayClient client = started.connect()) {
      Reply reply = client.get("/");

      assertThat(reply.isWhole()).isFalse();
      assertThat(client.isAtEnd()).isTrue();
      assertThat(started.errors()).contains("late");
    }
    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void app_sendsEarlyHints_precedeTheResponse() throws IOException {
    WorkerUnderTest started =
        start(
            """
            run ->(env) {
              env["rack.early_hints"].call("link" => ["</a.css>", "</b.css>"])
              [200, {}, ["late"]]
            }
            """);

    try (GatewayClient client = started.connect()) {
      client.send("GET", "/", Map.of(), new byte[0]);
      Reply hints = client.reply("GET");

      assertThat(hints.status()).isEqualTo(103);
      assertThat(hints.values("link")).containsExactly("</a.css>", "</b.css>");
      assertThat(client.reply("GET").text()).isEqualTo("late");
    }
  }

  @Test
  void app_hijacksFully_getsTheConnection() throws IOException {
    WorkerUnderTest started =
        start(
            """
            run ->(env) {
              socket = env["rack.hijack"].call
              Thread.new do
                socket.write("HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n")
                socket.write(socket.gets.upcase)
                socket.close
              end
              [404, {}, ["ignored"]]
            }
            """);

    try (GatewayClient client = started.connect()) {
      client.send("GET", "/", Map.of("HTTP_UPGRADE", "echo"), new byte[0]);
      assertThat(client.reply("GET").status()).isEqualTo(101);
      client.write("hello\n");

      assertThat(client.line("\n")).isEqualTo("HELLO");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void app_hijacksPartially_getsTheConnectionAfterTheHead() throws IOException {
    WorkerUnderTest started =
        start(
            """
            run ->(env) {
              [101, { "Upgrade" => "echo", "Connection" => "Upgrade",
                      "rack.hijack" => ->(io) { io.write(io.gets.upcase); io.close } }, []]
            }
            """);

    try (GatewayClient client = started.connect()) {
      client.send("GET", "/", Map.of("HTTP_UPGRADE", "echo"), new byte[0]);
      Reply reply = client.reply("GET");
      client.write("hello\n");

      assertThat(reply.status()).isEqualTo(101);
      assertThat(reply.field("Upgrade")).contains("echo");
      assertThat(reply.field("Connection")).contains("Upgrade");
      assertThat(client.line("\n")).isEqualTo("HELLO");
    }
    try (GatewayClient client = started.connect()) {
      client.send("GET", "/", Map.of(), new byte[0]);
      assertThat(client.reply("GET").status()).isEqualTo(101);
    }
  }

  @Test
  void app_wantsToKnowOfTheEnd_isTold() throws IOException {
    WorkerUnderTest started =
        start(
            """
            run ->(env) {
              env["rack.response_finished"] <<
                ->(_, status, headers, error) { $stderr.puts "end #{status} #{headers} #{error.inspect}" }
              [201, {}, []]
            }
            """);

    try (GatewayClient client = started.connect()) {
      client.get("/");
      client.get("/");

      assertThat(started.errors()).contains("end 201 {} nil");
    }
  }

  @Test
  void threads_two_workAtOnce() throws IOException {
    WorkerUnderTest started =
        start(
            """
            LINE = Queue.new
            run ->(env) {
              env["PATH_INFO"] == "/wait" ? [200, {}, [LINE.pop]] : (LINE << "go"; [200, {}, []])
            }
            """,
            TestConfig.of(root).threads(2));

    try (GatewayClient first = started.connect(0);
        GatewayClient second = started.connect(1)) {
      first.send("GET", "/wait", Map.of(), new byte[0]);
      second.get("/go");

      assertThat(first.reply("GET").text()).isEqualTo("go");
      assertThat(started.last().get("concurrency")).isEqualTo("2");
    }
  }

  @Test
  void load_withoutRack_evaluatesTheRackupFile() throws IOException {
    WorkerUnderTest started =
        start(
            """
            class Tag
              def initialize(app, tag) = (@app, @tag = app, tag)
              def call(env) = @app.call(env).then { |s, h, b| [s, h.merge("x-tag" => @tag), b] }
            end
            use Tag, "t"
            map("/in") { run ->(env) { [200, {}, [env["SCRIPT_NAME"] + "|" + env["PATH_INFO"]]] } }
            run ->(env) { [200, {}, ["outside #{defined?(Rack).inspect}"]] }
            freeze_app
            """,
            TestConfig.of(root).variables(Map.of("RUBYOPT", "--disable-gems")));

    try (GatewayClient client = started.connect()) {
      Reply inside = client.get("/in/side");

      assertThat(inside.text()).isEqualTo("/in|/side");
      assertThat(inside.field("x-tag")).contains("t");
      assertThat(client.get("/inner").text()).isEqualTo("outside nil");
    }
  }

  @Test
  void load_environment_hidesTheToken() throws IOException {
    WorkerUnderTest started =
        start(
            "run ->(env) { [200, {}, [ENV.to_h.values_at('PEREGRINE_TOKEN', 'RACK_ENV').inspect]] }");

    try (GatewayClient client = started.connect()) {
      assertThat(client.get("/").text()).isEqualTo("[nil, \"production\"]");
    }
  }

  @Test
  void load_bundledApp_isSetUp() throws IOException {
    Files.writeString(root.resolve("Gemfile"), "gem 'nowhere'\n");
    Files.writeString(
        root.resolve("Gemfile.lock"),
        "GEM\n  specs:\n    nowhere (1.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  nowhere\n");

    WorkerUnderTest started = start("run ->(env) { [200, {}, []] }");

    assertThat(WorkerUnderTest.texts(started.last()))
        .containsEntry("type", "error")
        .containsEntry("category", "missing_dependency");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "require 'nowhere'|missing_dependency|LoadError: cannot load such file -- nowhere",
        "run(|syntax_error|SyntaxError: ",
        "raise 'too bad'|app_error|RuntimeError: too bad",
        "exit 3|app_error|the app ended itself with exit status 3"
      })
  void load_fails_isReported(String line) throws IOException, InterruptedException {
    String[] parts = line.split("\\|", -1);
    WorkerUnderTest started = start(parts[0]);

    assertThat(WorkerUnderTest.texts(started.last()))
        .containsEntry("type", "error")
        .containsEntry("category", parts[1]);
    assertThat(String.valueOf(started.last().get("summary"))).startsWith(parts[2]);
    assertThat(String.valueOf(started.last().get("backtrace"))).contains("config.ru");
    assertThat(started.exitStatus()).isEqualTo(1);
    assertThat(started.errors()).contains("config.ru");
  }

  @Test
  void control_pingAndBacktraces_areAnswered() throws IOException {
    WorkerUnderTest started = start("run ->(env) { [200, {}, []] }");

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
            run ->(env) {
              [200, {}, Enumerator.new { |out|
                out << "begun"
                sleep 0.01 until File.exist?("go")
                loop { out << "more" }
              }]
            }
            """);
    started.assertSlotIsFreeOnly(() -> Files.createFile(root.resolve("go")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"drain", "hang up", "TERM"})
  void drain_requestRunning_isFinishedFirst(String how) throws Exception {
    WorkerUnderTest started =
        start(
            "run ->(env) { $stdout.puts('in'); env['rack.hijack?'] && sleep(0.3); [200, {}, ['whole']] }");

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
    WorkerUnderTest started = start("at_exit { puts 'bye' }; run ->(env) { [200, {}, []] }");

    try (GatewayClient client = started.connect()) {
      client.get("/");
      started.end(how);

      assertThat(started.exitStatus()).as(started.errors()).isZero();
      assertThat(started.output()).contains("bye");
    }
  }
}
