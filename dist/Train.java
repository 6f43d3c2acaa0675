import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs the assembled product once as a server, as a command and as init, so that the virtual machine
/// writes its AOT caches: starts a small app, sends it requests of many shapes, asks for the status,
/// stops it. A tool of the build; run with `java Train.java PRODUCT`.
class Train {
  static final int ROUNDS = 40;

  final Path product;
  final Path work;
  final int port;

  Train(Path product, Path work, int port) {
    this.product = product;
    this.work = work;
    this.port = port;
  }

  public static void main(String[] arguments) throws Exception {
    Path work = Files.createTempDirectory("peregrine-train");
    try {
      new Train(Path.of(arguments[0]).toAbsolutePath(), work, freePort()).run();
    } finally {
      try (var paths = Files.walk(work)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  void run() throws Exception {
    Path app = Files.createDirectories(work.resolve("app"));
    Files.createDirectories(app.resolve("public"));
    Files.writeString(app.resolve("public/file.txt"), "a file\n".repeat(200));
    Files.writeString(
        app.resolve("config.ru"),
        """
        run lambda { |env|
          body = env['rack.input'] ? env['rack.input'].read.to_s : ''
          fields = { 'content-type' => 'text/plain', 'etag' => '"1"' }
          fields['cache-control'] = 'public, max-age=3600' if env['PATH_INFO'].start_with?('/cached')
          [200, fields, ["hello #{body.size}\\n" + "a line\\n" * 300]]
        }
        """);
    Process server =
        peregrine("server.aot", "start", app.toString(), "--address", "127.0.0.1", "--port", "" + port);
    try {
      awaitAnswer(server);
      for (int i = 0; i < ROUNDS; i++) {
        sendRequests();
      }
      check(peregrine(null, "status"), "status");
      check(peregrine(null, "config"), "config");
      check(peregrine("command.aot", "status", "--json"), "status --json");
      check(peregrine(null, "restart"), "restart");
      check(peregrine(null, "stop"), "stop");
      if (!server.waitFor(120, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server did not end");
      }
    } finally {
      server.destroyForcibly();
    }
    trainInit();
    for (String cache : List.of("server.aot", "command.aot", "init.aot")) {
      if (!Files.exists(product.resolve(cache))) {
        throw new IllegalStateException(cache + " was not written");
      }
    }
  }

  Process peregrine(String cache, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(product.resolve("bin/peregrine").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO().directory(work.resolve("app").toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PEREGRINE_") || name.startsWith("PASSENGER_"));
    environment.put("PEREGRINE_INSTANCE_DIR", work.resolve("instance").toString());
    if (cache != null) {
      environment.put("PEREGRINE_AOT_OUTPUT", product.resolve(cache).toString());
    }
    return builder.start();
  }

  /// Runs init through everything that it does at a start and a stop. Here it is not process 1, and
  /// so ends only its own descendants.
  void trainInit() throws Exception {
    Path etc = Files.createDirectories(work.resolve("etc"));
    Files.createDirectories(etc.resolve("container_environment"));
    for (String script : List.of("my_init.d", "my_init.pre_shutdown.d", "my_init.post_shutdown.d")) {
      Path file = Files.createDirectories(etc.resolve(script)).resolve("10_script");
      Files.writeString(file, "#!/bin/sh\nexit 0\n");
      file.toFile().setExecutable(true);
    }
    List<String> options =
        Files.readAllLines(product.resolve("bin/init.options")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> line.replace("-XX:AOTCache=", "-XX:AOTCacheOutput="))
            .map(line -> line.replace("@", product.toString()))
            .toList();
    List<String> command = new ArrayList<>(List.of("env", "--block-signal"));
    command.add(product.resolve("runtime/bin/java").toString());
    command.addAll(options);
    command.addAll(List.of("my_init", "--root", etc.toString(), "--", "sh", "-c"));
    command.add("trap '' HUP; sleep 60 & kill -s HUP $PPID; kill -s TERM $PPID; wait");
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(Map.of("_JAVA_SR_SIGNUM", "62", "PEREGRINE_LAUNCHER", "1"));
    Process init = builder.start();
    if (!init.waitFor(120, TimeUnit.SECONDS)) {
      init.destroyForcibly();
      throw new IllegalStateException("init did not end");
    }
  }

  static void check(Process process, String name) throws Exception {
    if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("peregrine " + name + " failed");
    }
  }

  void awaitAnswer(Process server) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (System.nanoTime() < end && server.isAlive()) {
      try {
        if (ask("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").contains(" 200 ")) {
          return;
        }
      } catch (IOException _) {
        // Not listening yet.
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException("the server did not answer");
  }

  void sendRequests() throws IOException {
    String fields = "Host: localhost:" + port + "\r\nUser-Agent: train/1\r\nAccept: */*\r\nAccept-Encoding: gzip, br, zstd\r\nCookie: a=b\r\n";
    String end = "Connection: close\r\n\r\n";
    ask(
        "GET /?a=b HTTP/1.1\r\n" + fields + "\r\n"
            + "HEAD / HTTP/1.1\r\n" + fields + "\r\n"
            + "POST /post HTTP/1.1\r\n" + fields + "Content-Length: 5\r\n\r\nhello"
            + "GET /file.txt HTTP/1.1\r\n" + fields + end);
    ask(
        "POST /post HTTP/1.1\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            + "GET /file.txt HTTP/1.1\r\n" + fields + "Range: bytes=1-5\r\n" + end);
    String plain = "Host: localhost:" + port + "\r\nUser-Agent: train/1\r\nAccept: */*\r\n";
    ask(
        ("GET /cached HTTP/1.1\r\n" + plain + "\r\n").repeat(40)
            + ("GET /cached HTTP/1.1\r\n" + fields + "\r\n").repeat(10)
            + ("GET /cached HTTP/1.1\r\n" + plain + "If-None-Match: \"1\"\r\n\r\n").repeat(10)
            + "GET /cached/2 HTTP/1.1\r\n" + fields + end);
    ask("GET / HTTP/1.0\r\n\r\n");
    ask("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  }

  String ask(String request) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      }
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
