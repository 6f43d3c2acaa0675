package dev.peregrine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSinkTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void open_existingFile_appends() throws Exception {
    Path file = Files.writeString(directory.resolve("log"), "old\n");

    try (LogSink sink = LogSink.open(new LogTarget.File(file))) {
      sink.offer(line("new"));
      assertThat(sink.flush(LIMIT)).isTrue();
    }

    assertThat(file).hasContent("old\nnew\n");
  }

  @Test
  void open_newFile_isClosedToOthers() throws Exception {
    Path file = directory.resolve("log");

    LogSink.open(new LogTarget.File(file)).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .startsWith("rw-")
        .endsWith("---");
  }

  @Test
  void open_symbolicLink_isRefused() throws Exception {
    Path target = Files.writeString(directory.resolve("precious"), "untouched");
    Path link = Files.createSymbolicLink(directory.resolve("log"), target);

    assertThatThrownBy(() -> LogSink.open(new LogTarget.File(link)))
        .isInstanceOf(IOException.class);
    assertThat(target).hasContent("untouched");
  }

  @Test
  void reopen_movedFile_writesToANewOne() throws Exception {
    Path file = directory.resolve("log");
    try (LogSink sink = LogSink.open(new LogTarget.File(file))) {
      sink.offer(line("one"));
      sink.flush(LIMIT);
      Files.move(file, directory.resolve("log.old"));

      sink.reopen();
      sink.offer(line("two"));
      sink.flush(LIMIT);

      assertThat(file).hasContent("two\n");
      assertThat(directory.resolve("log.old")).hasContent("one\n");
    }
  }

  @Test
  void offer_limitReached_rotates() throws Exception {
    Path file = directory.resolve("log");
    try (LogSink sink = LogSink.open(new LogTarget.File(file, OptionalLong.of(2000)))) {
      for (int i = 0; i < 100; i++) {
        sink.offer(line("x".repeat(99)));
        sink.flush(LIMIT);
      }

      assertThat(Files.size(file)).isLessThanOrEqualTo(2000);
      assertThat(Files.size(directory.resolve("log.1"))).isLessThanOrEqualTo(2000);
    }
  }

  @Test
  void offer_fullDisk_isRememberedOnceAndThrowsNothing() throws Exception {
    try (LogSink sink = LogSink.open(new LogTarget.File(Path.of("/dev/full")))) {
      sink.offer(line("lost"));
      sink.offer(line("lost too"));

      assertThat(sink.flush(LIMIT)).isTrue();
      assertThat(sink.problem()).hasValueSatisfying(p -> assertThat(p).contains("/dev/full"));
    }
  }

  @Test
  void offer_afterClose_isCounted() throws Exception {
    LogSink sink = LogSink.open(new LogTarget.File(directory.resolve("log")));
    sink.close();

    assertThat(sink.offer(line("late"))).isFalse();
    assertThat(sink.dropped()).isEqualTo(1);
  }

  static LogSink.Line line(String text) {
    return new LogSink.Ready((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
