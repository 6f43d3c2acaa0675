package dev.peregrine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppOutputTest {
  @TempDir Path directory;

  private Path file;
  private LogSink sink;
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private final EventLog log = EventLog.to(events::add, EventLog.Format.TEXT, Clock.systemUTC());

  @BeforeEach
  void open() throws Exception {
    file = directory.resolve("out");
    sink = LogSink.open(new LogTarget.File(file));
  }

  @AfterEach
  void close() {
    sink.close();
  }

  @Test
  void write_linesInPieces_areJoined() throws Exception {
    AppOutput.Stream stream = new AppOutput(sink, log, true).stream(12, "stdout");
    write(stream, "he");
    write(stream, "llo\nwor");
    write(stream, "ld\n");

    assertThat(content()).isEqualTo("App 12 stdout: hello\nApp 12 stdout: world\n");
  }

  @Test
  void write_withoutPrefix_passesBytesUntouched() throws Exception {
    byte[] all = new byte[100_000];
    new Random(7).nextBytes(all);
    all[all.length - 1] = '\n';
    AppOutput.Stream stream = new AppOutput(sink, log, false).stream(12, "stdout");
    for (int at = 0; at < all.length; at += 999) {
      byte[] piece = Arrays.copyOfRange(all, at, Math.min(all.length, at + 999));
      stream.write(piece, piece.length);
    }
    sink.flush(Duration.ofSeconds(20));

    assertThat(Files.readAllBytes(file)).isEqualTo(all);
  }

  @Test
  void write_streamsInTurn_doNotMix() throws Exception {
    AppOutput output = new AppOutput(sink, log, false);
    AppOutput.Stream one = output.stream(1, "stdout");
    AppOutput.Stream two = output.stream(2, "stderr");
    write(one, "one ");
    write(two, "two\n");
    write(one, "end\n");

    assertThat(content()).isEqualTo("two\none end\n");
  }

  @Test
  void write_veryLongLine_losesNothing() throws Exception {
    String line = "x".repeat(300_000) + "\n";
    AppOutput.Stream stream = new AppOutput(sink, log, true).stream(1, "stdout");
    write(stream, line);

    assertThat(content()).isEqualTo("App 1 stdout: " + line);
  }

  @Test
  void write_anotherStreamWithinALongLine_startsALineOfItsOwn() throws Exception {
    AppOutput output = new AppOutput(sink, log, false);
    AppOutput.Stream one = output.stream(1, "stdout");
    write(one, "x".repeat(70_000));
    write(output.stream(2, "stdout"), "two\n");
    write(one, "y\n");

    assertThat(content().lines().toList())
        .containsExactly("x".repeat(65_536), "two", "x".repeat(70_000 - 65_536) + "y");
  }

  @Test
  void close_partialLine_isPassedOn() throws Exception {
    AppOutput output = new AppOutput(sink, log, false);
    AppOutput.Stream stream = output.stream(1, "stdout");
    write(stream, "no end");
    stream.close();

    assertThat(content()).isEqualTo("no end\n");
    assertThat(output.recent()).containsExactly("App 1 stdout: no end");
  }

  @Test
  void write_flood_isCutCountedAndReportedInWholeLines() throws Exception {
    AppOutput output = new AppOutput(sink, log, false);
    AppOutput.Stream stream = output.stream(1, "stderr");
    byte[] piece = "0123456789abcde\n".repeat(4096).getBytes(StandardCharsets.US_ASCII);
    long sent = 0;
    while (sent < AppOutput.BURST_BYTES * 2) {
      stream.write(piece, piece.length);
      sent += piece.length;
    }
    stream.close();
    sink.flush(Duration.ofSeconds(20));

    assertThat(output.droppedBytes()).isPositive();
    long unaccounted = sent - output.droppedBytes() - Files.size(file);
    assertThat(unaccounted).as("rests of lines that were cut").isBetween(0L, sent / 16);
    try (var lines = Files.lines(file)) {
      assertThat(lines.allMatch("0123456789abcde"::equals)).isTrue();
    }
    assertThat(events).anyMatch(line -> line.startsWith("level=warn app.output_dropped bytes="));
  }

  private String content() throws Exception {
    assertThat(sink.flush(Duration.ofSeconds(20))).isTrue();
    return Files.readString(file);
  }

  private static void write(AppOutput.Stream stream, String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    stream.write(bytes, bytes.length);
  }
}
