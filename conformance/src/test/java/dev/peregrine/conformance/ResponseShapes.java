package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Responses of every shape, as the client gets to see them.
interface ResponseShapes {
  Peregrine server();

  private Path signalFile() {
    return server().home().resolve("signal-" + System.nanoTime());
  }

  static void touch(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  default void response_ofKnownLength_keepsItsLength() {
    Answer answer = server().get("/");

    assertThat(answer.version()).isEqualTo("HTTP/1.1");
    assertThat(answer.field("content-length")).isEqualTo("6");
    assertThat(answer.field("content-type")).startsWith("text/plain");
    assertThat(answer.all("date")).hasSize(1);
    assertThat(answer.has("transfer-encoding")).isFalse();
    assertThat(answer.fields().toString()).doesNotContain("X-Peregrine");
  }

  @Test
  default void response_ofUnknownLength_isComplete() {
    assertThat(server().get("/no-length").text()).isEqualTo("abc");
  }

  @Test
  default void response_streamed_comesAsItIsMade() {
    Path file = signalFile();
    try (RawConnection connection = server().connect()) {
      Answer head = connection.send(Messages.get("/stream?file=" + file)).head();
      String first = connection.chunksUntil("one\n");
      touch(file);

      assertThat(head.field("transfer-encoding")).isEqualTo("chunked");
      assertThat(first).isEqualTo("one\n");
      assertThat(connection.content(head, "GET").text()).isEqualTo("two\n");
      assertThat(connection.get("/").text()).isEqualTo("hello\n");
    }
  }

  @Test
  default void response_ofServerSentEvents_comesEventByEvent() {
    Path file = signalFile();
    try (RawConnection connection = server().connect()) {
      Answer head = connection.send(Messages.get("/stream?sse=1&file=" + file)).head();
      String first = connection.chunksUntil("\n\n");
      touch(file);

      assertThat(head.field("content-type")).startsWith("text/event-stream");
      assertThat(first).isEqualTo("data: one\n\n");
      assertThat(connection.chunksUntil("\n\n")).isEqualTo("data: two\n\n");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 404, 418, 500, 599})
  default void status_ofTheApp_isRelayed(int status) {
    assertThat(server().get("/status/" + status).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  default void response_withoutContentByItsStatus_leavesTheConnectionUsable(int status) {
    try (RawConnection connection = server().connect()) {
      Answer answer = connection.get("/status/" + status);

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.has("transfer-encoding")).isFalse();
      assertThat(connection.get("/").text()).isEqualTo("hello\n");
    }
  }

  @Test
  default void head_ofStreamedResponse_hasNoContent() {
    try (RawConnection connection = server().connect()) {
      connection.send(Messages.request("HEAD", "/no-length") + "\r\n").answerTo("HEAD");

      assertThat(connection.get("/").text()).isEqualTo("hello\n");
    }
  }

  @Test
  default void cookies_several_staySeparateFields() {
    assertThat(server().get("/cookies").all("set-cookie"))
        .containsExactly("a=1; path=/", "b=2; path=/");
  }

  @Test
  default void response_ofSeveralMegabytes_arrivesWhole() {
    try (RawConnection connection = server().connect()) {
      assertThat(connection.get("/blob?size=5000000").content()).hasSize(5_000_000);
      assertThat(connection.get("/blob?size=3000001&chunked=1").content()).hasSize(3_000_001);
      assertThat(connection.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  default void response_beforeTheContentWasRead_isSent() {
    try (RawConnection connection = server().connect()) {
      Answer answer =
          connection.send(Messages.post("/ignore-content", "c".repeat(400_000))).answer();

      assertThat(answer.text()).isEqualTo("not read\n");
      assertThat(server().get("/").text()).isEqualTo("hello\n");
    }
  }

  @Test
  default void response_shorterThanItsLength_neverLooksComplete() {
    try (RawConnection connection = server().connect()) {
      connection.send(Messages.get("/lying-length?claim=100&actual=5"));
      Throwable failure = catchThrowable(() -> assert502(connection.answer()));

      assertThat(failure == null || failure instanceof UncheckedIOException)
          .as("%s", failure)
          .isTrue();
    }
    assertThat(server().get("/").text()).isEqualTo("hello\n");
  }

  @Test
  default void response_longerThanItsLength_doesNotReachTheNextAnswer() {
    try (RawConnection connection = server().connect()) {
      Answer answer = connection.get("/lying-length?claim=3&actual=10");

      assertThat(answer.status() == 502 || answer.text().equals("xxx"))
          .as(answer.toString())
          .isTrue();
    }
    for (int i = 0; i < 4; i++) {
      assertThat(server().get("/").text()).isEqualTo("hello\n");
    }
  }

  private static void assert502(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(502);
  }

  @Test
  default void field_withBareCarriageReturn_isRefusedAndNamed() {
    String name = "X-Bad-" + System.nanoTime();
    Answer answer = server().get("/bad-field?name=" + name + "&value=one%0Dtwo");

    assert502(answer);
    assertThat(answer.toString()).doesNotContain("two");
    Await.until(
        "log names the field",
        () -> server().output().toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT)));
  }

  @Test
  default void field_withSpaceInItsName_isRefused() {
    assert502(server().get("/bad-field?name=Bad%20Name&value=x"));
  }

  @Test
  default void app_raising_answers500AndTellsNothing() {
    Answer answer = server().get("/raise");

    assertThat(answer.status()).isIn(500, 502);
    assertThat(answer.toString())
        .doesNotContain("secret of the kitchen")
        .doesNotContain("kitchen/");
    Await.until("error in the log", () -> server().output().contains("secret of the kitchen"));
  }

  @Test
  default void app_raisingInTheMiddleOfItsContent_breaksTheConnection() {
    try (RawConnection connection = server().connect()) {
      connection.send(Messages.get("/raise-midway"));
      Throwable failure = catchThrowable(() -> assert502(connection.answer()));

      assertThat(failure == null || failure instanceof UncheckedIOException)
          .as("%s", failure)
          .isTrue();
    }
    assertThat(server().get("/").text()).isEqualTo("hello\n");
  }

  @Test
  default void app_raisingMidwayForAnHttp10Client_neverLooksComplete() {
    try (RawConnection connection = server().connect()) {
      connection.send("GET /raise-midway HTTP/1.0\r\n\r\n");
      Throwable failure = catchThrowable(() -> assert502(connection.answer()));

      assertThat(failure == null || failure instanceof UncheckedIOException)
          .as("%s", failure)
          .isTrue();
    }
  }

  @Test
  default void output_ofTheApp_appearsUntouched() {
    String mark = "mark" + System.nanoTime();

    server().get("/print?out=" + mark + "-out&err=" + mark + "-err");

    Await.until("standard output", () -> server().output().contains(mark + "-out"));
    Await.until("standard error", () -> server().output().contains(mark + "-err"));
  }

  @Test
  default void unknownPath_isTheAppsToAnswer() {
    Answer answer = server().get("/nowhere");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("no such dish\n");
  }
}
