package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The examples of pages that are public but for a corner, and compression of what they say.
class FragmentExamplesTest {
  private static Peregrine example(String name) {
    return Peregrine.of(Path.of("../examples", name).toAbsolutePath().normalize())
        .workers(1)
        .ready();
  }

  private static Answer get(Peregrine server, String target, String fields) {
    return server.exchange("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
  }

  @Test
  void rackPage_forTwoVisitors_isStoredOnceAndGreetsEach() {
    try (Peregrine server = example("esi-rack")) {
      Answer stranger = get(server, "/", "");
      Answer ada = get(server, "/", "Cookie: name=Ada\r\n");
      Answer mean = get(server, "/", "Cookie: name=<b>&x=../../\r\n");

      assertThat(stranger.text()).contains("<p>Good day, stranger!</p>").doesNotContain("<esi:");
      assertThat(ada.text()).contains("<p>Good day, Ada!</p>");
      assertThat(mean.text()).contains("<p>Good day, &lt;b&gt;&amp;x=../../!</p>");
      assertThat(ada.field("Cache-Status")).contains("hit");
      assertThat(ada.has("Surrogate-Control")).isFalse();
      assertThat(get(server, "/greeting?name=Ada", "").field("Cache-Status")).contains("hit");
    }
  }

  @Test
  void wsgiPage_forTwoVisitors_hasACornerOfEach() {
    try (Peregrine server = example("esi-wsgi")) {
      assertThat(get(server, "/", "Cookie: name=Grace\r\n").text())
          .contains("<p>Basket of Grace: empty</p>")
          .doesNotContain("not to be had");
      Answer alan = get(server, "/", "Cookie: name=Alan\r\n");
      assertThat(alan.text()).contains("<p>Basket of Alan: empty</p>");
      assertThat(alan.field("Cache-Status")).contains("hit");
    }
  }

  @Test
  void semiSinglePage_hasAStaticShellSharedNewsAndPrivateData() {
    try (Peregrine server = example("semi-spa")) {
      assertThat(get(server, "/index.html", "").text()).contains("fetch(path)");
      get(server, "/api/news", "");
      assertThat(get(server, "/api/news", "").field("Cache-Status")).contains("hit");
      assertThat(get(server, "/api/me", "Cookie: name=Ada\r\n").json().get("name").asString())
          .isEqualTo("Ada");
      assertThat(get(server, "/api/me", "").json().get("name").asString()).isEqualTo("stranger");
    }
  }
}
