package dev.peregrine.pool;

import dev.peregrine.app.WorkerProtocol;
import dev.peregrine.pool.StartFailure.Category;
import dev.peregrine.pool.WorkerSource.ReadyWorker;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// What a worker says of its own failure to start; and the reading of what workers say, which is
/// taken for text from a stranger.
record WorkerReport(Category category, String summary, String details, List<String> backtrace) {
  private static final int MAX_TEXT = 128 << 10;
  private static final int MAX_FRAMES = 500;
  private static final int MAX_SLOTS = 4096;

  /// Reads an `error` message.
  static WorkerReport error(JsonNode message) {
    Category category =
        switch (message.path("category").asString("").toLowerCase(Locale.ROOT)) {
          case "missing_dependency" -> Category.MISSING_DEPENDENCY;
          case "syntax_error" -> Category.SYNTAX_ERROR;
          default -> Category.APP_ERROR;
        };
    return new WorkerReport(
        category,
        text(message.path("summary")).lines().findFirst().orElse("the app failed to load"),
        text(message.path("details")),
        texts(message.path("backtrace")));
  }

  /// Reads a `ready` message; every socket has to lie in the worker's own directory.
  static ReadyWorker ready(JsonNode message, int pid, Path directory) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (JsonNode socket : message.path("sockets")) {
      Path path = Path.of(text(socket)).normalize();
      boolean isOwn = directory.equals(path.getParent());
      if (!isOwn || !Files.exists(path, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(path)) {
        throw new IllegalArgumentException(
            "socket " + path + " (expected an existing one in " + directory + ")");
      }
      endpoints.add(new Endpoint.Unix(path));
    }
    int concurrency = message.path("concurrency").asInt(0);
    if (endpoints.isEmpty() || endpoints.size() > MAX_SLOTS || concurrency < 0) {
      throw new IllegalArgumentException(
          endpoints.size()
              + " sockets, concurrency "
              + concurrency
              + " (expected 1 to 4096, 0 up)");
    }
    return new ReadyWorker(
        pid,
        text(message.path("protocol")).equals("http")
            ? WorkerProtocol.HTTP
            : WorkerProtocol.GATEWAY,
        endpoints,
        concurrency == 0 ? OptionalInt.empty() : OptionalInt.of(concurrency),
        true,
        text(message.path("runtime")),
        text(message.path("framework")));
  }

  /// Reads a `backtraces` message: the frames of every thread, each thread's name before them.
  static List<String> backtraces(JsonNode message) {
    List<String> lines = new ArrayList<>();
    for (JsonNode thread : message.path("threads")) {
      lines.add("thread " + text(thread.path("name")));
      for (String frame : texts(thread.path("frames"))) {
        lines.add("  " + frame);
      }
      if (lines.size() > MAX_FRAMES) {
        break;
      }
    }
    return lines;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array) {
      if (texts.size() == MAX_FRAMES) {
        break;
      }
      texts.add(text(element));
    }
    return texts;
  }

  private static String text(JsonNode node) {
    String text = node.asString("");
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
  }
}
