package dev.peregrine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypesTest {
  private static final OptionType.Reader READER = new OptionType.Reader(Path.of("/app"), false);
  private static final Numbers.Time TIME = new Numbers.Time(Duration.ZERO, Duration.ofDays(30));
  private static final Numbers.Size SIZE = new Numbers.Size(0, Long.MAX_VALUE, 1);

  private static <T> Optional<T> read(OptionType<T> type, String text) {
    return type.read(Found.text(text), READER) instanceof OptionType.Reading.Good<T>(T value)
        ? Optional.of(value)
        : Optional.empty();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "30,30000",
    "500ms,500",
    "30s,30000",
    "5m,300000",
    "2h,7200000",
    "1d,86400000",
    "1 s,1000"
  })
  void time_right_isRead(String text, long millis) {
    assertThat(read(TIME, text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5s",
        "5 weeks",
        "s",
        "0x10",
        "99999999999999999999",
        "١s",
        "31d",
        "1e3"
      })
  void time_wrong_isRefused(String text) {
    assertThat(read(TIME, text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1500ms,1500ms", "90s,90s", "120,2m", "7200,2h", "86400,1d", "0,0s"})
  void time_shown_isReadBack(String text, String shown) {
    assertThat(TIME.show(read(TIME, text).orElseThrow())).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "100,100",
    "100B,100",
    "64KiB,65536",
    "64k,65536",
    "1MiB,1048576",
    "2G,2147483648",
    "1 GiB,1073741824"
  })
  void size_right_isRead(String text, long bytes) {
    assertThat(read(SIZE, text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1KB", "1.5MiB", "KiB", "9999999999GiB", "1TiB", "1KiB2"})
  void size_wrong_isRefused(String text) {
    assertThat(read(SIZE, text)).isEmpty();
  }

  @Test
  void size_countedInMebibytes_isShownWithUnit() {
    Numbers.Size type = new Numbers.Size(0, Long.MAX_VALUE, 1 << 20);
    assertThat(read(type, "3")).contains(3L << 20);
    assertThat(type.show(3L << 20)).isEqualTo("3MiB");
    assertThat(type.show(100L)).isEqualTo("100B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "yes", "on", "1", "TRUE", "On"})
  void switch_yes_isTrue(String text) {
    assertThat(read(new Texts.Switch(), text)).contains(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "no", "off", "0"})
  void switch_no_isFalse(String text) {
    assertThat(read(new Texts.Switch(), text)).contains(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "y", "2", "enabled"})
  void switch_other_isRefused(String text) {
    assertThat(read(new Texts.Switch(), text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80:", "a b:80", "host:70000", "::1:80", "unix:", "[::1]", "host:-1"})
  void endpoint_wrong_isRefused(String text) {
    assertThat(read(new Texts.Endpoint(), text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"8080,0.0.0.0:8080", "[::]:80,[::]:80", "unix:a/../b,unix:/app/b", "tcp://h:1,h:1"})
  void endpoint_right_isShown(String text, String shown) {
    Texts.Endpoint type = new Texts.Endpoint();
    assertThat(type.show(read(type, text).orElseThrow())).isEqualTo(shown);
  }

  @Test
  void limit_unlimited_isEmpty() {
    Composites.Limit<Integer> type = new Composites.Limit<>(new Numbers.Whole(1, 9), "0");
    assertThat(read(type, "unlimited")).contains(Optional.empty());
    assertThat(read(type, "0")).isEmpty();
    assertThat(type.show(Optional.empty())).isEqualTo("unlimited");
  }

  @ParameterizedTest
  @CsvSource({
    "max_pol_size,max_pool_size",
    "max-pool-size,max_pool_size",
    "prot,port",
    "PORT,port",
    "thread_coutn,thread_count"
  })
  void nearest_typingError_isFound(String word, String meant) {
    assertThat(Nearest.to(word, OptionTable.keys())).contains(meant);
  }

  @Test
  void nearest_somethingElse_isNotFound() {
    assertThat(Nearest.to("favourite_colour", OptionTable.keys())).isEmpty();
  }

  @Test
  void distance_swap_isOne() {
    assertThat(Nearest.distance("prot", "port")).isEqualTo(1);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "/lib/peregrine-server-0.1.0.jar,0.1.0",
    "/lib/peregrine-server-0.1.0-SNAPSHOT.jar,0.1.0-SNAPSHOT",
    "/target/classes/,development"
  })
  void version_jarName_holdsIt(String location, String version) {
    assertThat(Version.of(location)).isEqualTo(version);
  }
}
