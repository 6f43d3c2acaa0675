package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What an app on a real framework has to do behind the product.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FrameworkContract {
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

  private Peregrine server;

  abstract String app();

  /// What the app answers at `/`.
  abstract String greeting();

  @BeforeAll
  void start() {
    server = Peregrine.of(app()).workers(1).option("python", "/usr/bin/python3").ready();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  Peregrine server() {
    return server;
  }

  @Test
  void get_ofTheRoot_greets() {
    assertThat(server.get("/").text()).isEqualTo(greeting());
  }

  @Test
  void route_withParameter_decodesIt() {
    assertThat(server.get("/hello/w%C3%B6rld").text()).isEqualTo("hello w\u00f6rld");
  }

  @Test
  void form_posted_isParsed() {
    assertThat(server.exchange(Messages.post("/form", "dish=soup&guests=2", FORM)).text())
        .isEqualTo("soup for 2");
  }

  @Test
  void put_withContent_isRead() {
    assertThat(
            server
                .exchange(
                    Messages.request("PUT", "/item", "Content-Type: text/plain")
                        + "Content-Length: 3\r\n\r\nabc")
                .text())
        .isEqualTo("cba");
  }

  @Test
  void session_inACookie_counts() {
    Answer first = server.get("/count");
    String cookie = first.field("set-cookie").split(";", -1)[0];
    Answer second = server.exchange(Messages.get("/count", "Cookie: " + cookie));

    assertThat(first.text()).isEqualTo("1");
    assertThat(second.text()).isEqualTo("2");
  }

  @Test
  void redirect_leadsBackHere() {
    Answer answer = server.exchange("GET /away HTTP/1.1\r\nHost: example.org:8080\r\n\r\n");

    assertThat(answer.status()).isIn(302, 303);
    assertThat(answer.field("location")).isIn("/", "http://example.org:8080/");
  }

  @Test
  void stream_isComplete() {
    assertThat(server.get("/stream").text()).isEqualTo("0\n1\n2\n");
  }

  @Test
  void exception_isTheFrameworks500() {
    assertThat(server.get("/raise").status()).isEqualTo(500);
  }

  @Test
  void head_ofTheRoot_hasNoContent() {
    try (RawConnection connection = server.connect()) {
      Answer head = connection.send(Messages.request("HEAD", "/") + "\r\n").answerTo("HEAD");

      assertThat(head.status()).isEqualTo(200);
      assertThat(connection.get("/").text()).isEqualTo(greeting());
    }
  }

  /// Frameworks that take files apart themselves.
  abstract static class WithFiles extends FrameworkContract {
    @Test
    void file_uploaded_isParsed() {
      String content =
          "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"menu.txt\"\r\n"
              + "Content-Type: text/plain\r\n\r\n"
              + "m".repeat(200_000)
              + "\r\n--b--\r\n";

      assertThat(
              server()
                  .exchange(
                      Messages.post(
                          "/file", content, "Content-Type: multipart/form-data; boundary=b"))
                  .text())
          .isEqualTo("menu.txt 200000");
    }
  }
}
