package dev.peregrine.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a scripted app answers and what it was asked, past the server under test: files in a
/// directory that both know.
final class Scripts {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path directory = Apps.empty();

  Scripts() {
    Commands.run("chmod", "777", directory.toString());
  }

  /// Prepares a server in front of the scripted app that writes bytes itself.
  Peregrine.Setup raw() {
    Path app = Apps.named("python/scripted");
    return told(Peregrine.of(app).option("app_start_command", "exec python3 raw.py"));
  }

  /// Tells an app that is scripted where its scripts are.
  Peregrine.Setup told(Peregrine.Setup setup) {
    return setup
        .workers(1)
        .option("python", "/usr/bin/python3")
        .option("max_request_queue_size", 2000)
        .arguments("--envvar", "SCRIPTS=" + directory);
  }

  /// Says how requests whose path begins with `/name/` are answered, one after the other.
  Scripts answer(String name, Reply... replies) {
    return answer(name, List.of(replies));
  }

  Scripts answer(String name, List<Reply> replies) {
    String text =
        JSON.writeValueAsString(replies.stream().map(Reply::json).toList())
            .replace("{path}", "/" + name + "/");
    try {
      Path whole = Files.writeString(directory.resolve(name + ".new"), text);
      Files.move(whole, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A gate for replies to wait at, closed.
  Path gate(String name) {
    return directory.resolve(name + ".gate");
  }

  /// The requests of a script that have reached the app, in their order.
  List<JsonNode> asked(String name) {
    Path file = directory.resolve(name + ".asked");
    if (!Files.exists(file)) {
      return List.of();
    }
    return Commands.text(file).lines().map(JSON::readTree).toList();
  }

  int count(String name) {
    return asked(name).size();
  }

  /// The value of a field of a request that the app was asked, empty if there was none.
  static String field(JsonNode request, String name) {
    for (JsonNode field : request.get("fields")) {
      if (field.get(0).asString().equalsIgnoreCase(name)) {
        return field.get(1).asString();
      }
    }
    return "";
  }
}
