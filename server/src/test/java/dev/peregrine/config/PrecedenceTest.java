package dev.peregrine.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.app.AppType;
import dev.peregrine.listen.ListenConfig.ListenAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecedenceTest {
  @TempDir Path directory;

  private Setup setup() {
    return new Setup(directory);
  }

  private Setup everywhere() {
    return setup()
        .passenger("{\"max_pool_size\": 2}")
        .yaml("max_pool_size: 3")
        .variable("WEB_CONCURRENCY", "4")
        .variable("PASSENGER_MAX_POOL_SIZE", "5")
        .variable("PEREGRINE_MAX_POOL_SIZE", "7");
  }

  @Test
  void load_nothingSaid_isDefault() {
    assertThat(setup().config().pool().maxInstances()).isEqualTo(6);
    assertThat(setup().origin("max_pool_size")).isEqualTo("default");
  }

  @Test
  void load_passengerfileOnly_counts() {
    Setup setup = setup().passenger("{\n  \"max_pool_size\": 2\n}");
    assertThat(setup.config().pool().maxInstances()).isEqualTo(2);
    assertThat(setup.origin("max_pool_size")).isEqualTo("Passengerfile.json:2:3");
  }

  @Test
  void load_yamlAndPassengerfile_yamlCounts() {
    Setup setup = setup().passenger("{\"max_pool_size\": 2}").yaml("# a\nmax_pool_size: 3\n");
    assertThat(setup.config().pool().maxInstances()).isEqualTo(3);
    assertThat(setup.origin("max_pool_size")).isEqualTo("peregrine.yaml:2:1");
  }

  @Test
  void load_ownVariable_countsMoreThanOthersAndFiles() {
    assertThat(everywhere().config().pool().maxInstances()).isEqualTo(7);
    assertThat(everywhere().origin("max_pool_size")).isEqualTo("PEREGRINE_MAX_POOL_SIZE");
  }

  @Test
  void load_passengerVariable_countsMoreThanThatOfThePlatform() {
    Setup setup = everywhere().variable("PEREGRINE_MAX_POOL_SIZE", "");
    assertThat(setup.config().pool().maxInstances()).isEqualTo(5);
  }

  @Test
  void load_platformVariable_countsMoreThanFiles() {
    Setup setup = setup().yaml("port: 4000").variable("PORT", "5000");
    assertThat(setup.config().listen().addresses())
        .containsExactly(new ListenAddress.Tcp("0.0.0.0", 5000));
  }

  @Test
  void load_flag_countsMost() {
    Setup setup = everywhere().flag("--max-pool-size", "8");
    assertThat(setup.config().pool().maxInstances()).isEqualTo(8);
    assertThat(setup.origin("max_pool_size")).isEqualTo("--max-pool-size");
  }

  @Test
  void load_flagTwice_lastCounts() {
    Setup setup = setup().flag("--port", "1001").flag("--port", "1002");
    assertThat(setup.value("port")).isEqualTo("1002");
  }

  @Test
  void load_hiddenValueIsWrong_isToldAllTheSame() {
    assertThat(setup().yaml("port: x").flag("--port", "1001").problems()).hasSize(1);
  }

  @Test
  void load_appEnvironment_ownThenPassengerThenRails() {
    Setup setup = setup().variable("RAILS_ENV", "staging").variable("NODE_ENV", "production");
    assertThat(setup.config().app().environment()).isEqualTo("staging");
    setup.variable("PASSENGER_APP_ENV", "testing");
    assertThat(setup.config().app().environment()).isEqualTo("testing");
    setup.variable("PEREGRINE_ENVIRONMENT", "production");
    assertThat(setup.config().app().environment()).isEqualTo("production");
  }

  @Test
  void load_development_showsErrors() {
    assertThat(setup().config().exchange().development()).isTrue();
    assertThat(setup().variable("RACK_ENV", "production").config().exchange().development())
        .isFalse();
  }

  @Test
  void load_friendlyPagesSaid_countsMoreThanEnvironment() {
    Setup setup = setup().variable("RACK_ENV", "production").flag("--friendly-error-pages", "true");
    assertThat(setup.config().exchange().development()).isTrue();
  }

  @Test
  void load_socketFileInSameFileAsPort_socketCounts() {
    Setup setup = setup().yaml("port: 4000\nsocket_file: app.sock");
    assertThat(setup.config().listen().addresses())
        .containsExactly(new ListenAddress.Unix(directory.resolve("app.sock")));
  }

  @Test
  void load_portFlagOverSocketFile_portCounts() {
    Setup setup = setup().yaml("socket_file: app.sock").flag("-p", "4000");
    assertThat(setup.config().listen().addresses())
        .containsExactly(new ListenAddress.Tcp("0.0.0.0", 4000));
  }

  @Test
  void load_listen_takesAllForms() {
    Setup setup =
        setup().flag("--listen", "127.0.0.1:1,[::1]:2,unix:a.sock").flag("--listen", "tcp://b:3");
    assertThat(setup.config().listen().addresses())
        .containsExactly(
            new ListenAddress.Tcp("127.0.0.1", 1),
            new ListenAddress.Tcp("::1", 2),
            new ListenAddress.Unix(directory.resolve("a.sock")),
            new ListenAddress.Tcp("b", 3));
  }

  @Test
  void load_severalAddresses_listenOnEach() {
    Setup setup = setup().yaml("address: [127.0.0.1, '::1']\nport: 8080");
    assertThat(setup.config().listen().addresses())
        .containsExactly(
            new ListenAddress.Tcp("127.0.0.1", 8080), new ListenAddress.Tcp("::1", 8080));
  }

  @Test
  void load_rackup_setsTypeAndFile() {
    Setup setup = setup().flag("-R", "other.ru");
    assertThat(setup.config().app().type()).isEqualTo(Optional.of(AppType.RUBY));
    assertThat(setup.config().app().startupFile()).isEqualTo(Optional.of("other.ru"));
  }

  @Test
  void load_disableLogPrefix_saysTheOpposite() {
    assertThat(setup().yaml("app_log_prefix: true").config().log().appPrefix()).isTrue();
    Setup setup = setup().yaml("log_format: text").passenger("{\"disable_log_prefix\": false}");
    assertThat(setup.config().log().appPrefix()).isTrue();
    assertThat(setup.flag("--disable-log-prefix", "true").config().log().appPrefix()).isFalse();
  }

  @Test
  void load_switchTurnedOff_isFalse() {
    Setup setup = setup().flag("--no-static-files", "false");
    assertThat(setup.config().exchange().staticFiles()).isEmpty();
    assertThat(setup.origin("static_files")).isEqualTo("--no-static-files");
  }

  @Test
  void load_daemonize_logsToTheLogDirectory() throws Exception {
    Setup setup = setup().flag("-d", "true");
    assertThat(setup.value("log_file")).isEqualTo(directory + "/peregrine.3000.log");
    java.nio.file.Files.createDirectory(directory.resolve("log"));
    assertThat(setup.value("log_file")).isEqualTo(directory + "/log/peregrine.3000.log");
  }

  @Test
  void load_relativePaths_startFromWhereTheyAreSaid() {
    Path elsewhere = directory.resolve("elsewhere");
    ConfigSources sources =
        new ConfigSources(
            directory,
            elsewhere,
            List.of(new ConfigSources.FlagValue("--restart-dir", "a")),
            java.util.Map.of("PEREGRINE_STATIC_FILES_DIR", "b"));
    setup().yaml("ruby: bin/ruby");
    Config config = ((ConfigResult.Loaded) ConfigLoader.load(sources)).config();
    assertThat(config.app().restartDirectory()).isEqualTo(elsewhere.resolve("a"));
    assertThat(config.exchange().staticFiles()).isEqualTo(Optional.of(elsewhere.resolve("b")));
    assertThat(config.app().ruby())
        .isEqualTo(Optional.of(directory.resolve("bin/ruby").toString()));
  }
}
