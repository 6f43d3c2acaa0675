package dev.peregrine.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.app.AppType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassengerTest {
  @TempDir Path directory;

  private Setup setup() {
    return new Setup(directory);
  }

  @Test
  void load_rubyPassengerfile_isUnderstood() {
    Config config =
        setup()
            .passenger(
                """
                {
                  "environment": "production",
                  "port": 80,
                  "daemonize": true,
                  "min_instances": 4,
                  "max_pool_size": 12,
                  "max_requests": 0,
                  "pool_idle_time": 0,
                  "memory_limit": 200,
                  "max_request_queue_size": 0,
                  "envvars": {"SECRET": "x", "THREADS": 5},
                  "ruby": "/usr/bin/ruby3",
                  "engine": "builtin",
                  "turbocaching": false,
                  "vary_turbocache_by_cookie": "user_level"
                }
                """)
            .config();
    assertThat(config.app().environment()).isEqualTo("production");
    assertThat(config.instance().daemonize()).isTrue();
    assertThat(config.pool().minInstances()).isEqualTo(4);
    assertThat(config.pool().maxInstances()).isEqualTo(12);
    assertThat(config.pool().maxRequests()).isEqualTo(OptionalInt.empty());
    assertThat(config.pool().idleTime()).isEqualTo(Optional.empty());
    assertThat(config.pool().memoryLimitBytes()).isEqualTo(OptionalLong.of(200L << 20));
    assertThat(config.pool().maxQueueLength()).isEqualTo(Integer.MAX_VALUE);
    assertThat(config.app().variables()).isEqualTo(Map.of("SECRET", "x", "THREADS", "5"));
    assertThat(config.app().ruby()).isEqualTo(Optional.of("/usr/bin/ruby3"));
    assertThat(config.cache().isEnabled()).isFalse();
    assertThat(config.cache().varyCookies()).containsExactly("user_level");
  }

  @Test
  void load_nodePassengerfile_isUnderstood() {
    Config config =
        setup()
            .passenger(
                """
                {"app_type": "node", "startup_file": "server.js", "address": "127.0.0.1",
                 "force_max_concurrent_requests_per_process": 0, "sticky_sessions": true,
                 "start_timeout": 90, "max_request_time": 30}
                """)
            .config();
    assertThat(config.app().type()).isEqualTo(Optional.of(AppType.NODE));
    assertThat(config.pool().concurrency()).isEqualTo(OptionalInt.of(0));
    assertThat(config.pool().startTimeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(config.exchange().maxRequestTime()).isEqualTo(Optional.of(Duration.ofSeconds(30)));
  }

  @Test
  void load_oldFileName_isRead() {
    Setup setup =
        setup()
            .file("passenger-standalone.json", "{\"port\": 81}".getBytes(StandardCharsets.UTF_8));
    assertThat(setup.value("port")).isEqualTo("81");
    assertThat(setup.origin("port")).isEqualTo("passenger-standalone.json:1:2");
  }

  @Test
  void load_appTypeNames_areTranslated() {
    assertThat(setup().passenger("{\"app_type\": \"wsgi\"}").value("app_type")).isEqualTo("python");
    assertThat(setup().passenger("{\"app_type\": \"rack\"}").value("app_type")).isEqualTo("ruby");
  }

  @Test
  void load_leftoverKey_warnsWithReason() {
    assertThat(setup().passenger("{\"port\": 1,\n \"nginx_bin\": \"/x\"}").warnings())
        .containsExactly(
            "Passengerfile.json:2:2: nginx_bin has no effect: there is no Nginx inside");
  }

  @Test
  void load_leftoverFlag_warnsWithReason() {
    assertThat(setup().flag("--disable-security-update-check", "true").warnings())
        .containsExactly(
            "--disable-security-update-check: disable_security_update_check has no effect:"
                + " Peregrine never calls home");
  }

  @Test
  void load_unknownKey_warnsWithNearest() {
    assertThat(setup().passenger("{\"max_pool_sizes\": 1}").warnings())
        .containsExactly(
            "Passengerfile.json:1:2: max_pool_sizes is not an option and was passed over; did you"
                + " mean max_pool_size?");
  }

  @Test
  void load_tls_isRefused() {
    assertThat(setup().passenger("{\"ssl\": true}").problems())
        .containsExactly(
            "Passengerfile.json:1:2: ssl: true (expected no TLS options); remove it: TLS is not"
                + " served; put a proxy that does in front and list it in trusted_proxies");
    assertThat(setup().passenger("{\"ssl\": false}").problems()).isEmpty();
  }

  @Test
  void load_zeroForNoLimit_onlyWherePassengerSpeaks() {
    assertThat(setup().flag("--max-requests", "0").problems()).isEmpty();
    assertThat(setup().variable("PASSENGER_MAX_REQUESTS", "0").problems()).isEmpty();
    assertThat(setup().variable("PEREGRINE_MAX_REQUESTS", "0").problems())
        .isEqualTo(
            List.of(
                "PEREGRINE_MAX_REQUESTS: max_requests: 0 (expected a whole number from 1 to"
                    + " 1000000000, or unlimited); set for example PEREGRINE_MAX_REQUESTS=10, or"
                    + " unset it"));
  }

  @Test
  void load_unknownPassengerVariable_isSilent() {
    assertThat(setup().variable("PASSENGER_ROOT_DIRECTORY", "/x").warnings()).isEmpty();
  }

  @Test
  void load_unknownOwnVariable_warns() {
    assertThat(setup().variable("PEREGRINE_MAX_POOLSIZE", "3").warnings())
        .containsExactly(
            "PEREGRINE_MAX_POOLSIZE is not an option and was passed over; did you mean"
                + " PEREGRINE_MAX_POOL_SIZE?");
  }
}
