package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A WSGI app on CPython.
class PythonTest extends RuntimeContract {
  @Override
  Peregrine.Setup setup() {
    return Peregrine.of("python/kitchen")
        .workers(1)
        .option("thread_count", 4)
        .option("python", "/usr/bin/python3");
  }

  @Override
  public boolean isGateway() {
    return true;
  }

  @Test
  void path_withEscapes_isDecodedToLatin1AsPep3333Says() {
    JsonNode echo = server().get("/echo/a%2Fb%20c/%C3%A9").json();

    assertThat(echo.get("path").asString()).isEqualTo("/echo/a/b c/\u00c3\u00a9");
  }

  @Test
  void fileWrapper_ofAFile_isSent() {
    Path file = Apps.named("python/kitchen/wsgi.py");

    assertThat(server().get("/file-wrapper?path=" + file).text()).isEqualTo(Commands.text(file));
  }

  @Test
  void writeCallable_beforeTheIterable_isSentFirst() {
    assertThat(server().get("/write").text()).isEqualTo("written\nreturned\n");
  }

  @Test
  void iterable_whenDone_isClosed() {
    Path file = server().home().resolve("closed");

    assertThat(server().get("/closing?file=" + file).text()).isEqualTo("content\n");
    Await.until("close() called", () -> Files.exists(file));
  }

  @Test
  void input_readByLines_endsWithTheContent() {
    JsonNode lines = server().exchange(Messages.post("/lines", "a\nb\nc")).json();

    assertThat(lines.get("first").asString()).isEqualTo("a\n");
    assertThat(lines.get("all").toString()).isEqualTo("[\"b\\n\",\"c\"]");
  }
}
