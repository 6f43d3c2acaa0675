package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

// RFC 9211 §2
class CacheStatusTest {
  @Test
  void line_ofAHit_beginsWithItsLifetimeToFollow() {
    assertThat(new String(CacheStatus.hitLineStart(), StandardCharsets.US_ASCII))
        .isEqualTo("Cache-Status: Peregrine; hit; ttl=");
  }

  @Test
  void line_ofAForwardedRequest_saysWhy() {
    assertThat(CacheStatus.passed(Forward.BYPASS).line())
        .isEqualTo("Cache-Status: Peregrine; fwd=bypass\r\n");
    assertThat(new CacheStatus(Forward.STALE, 304, true, false, 60).line())
        .isEqualTo("Cache-Status: Peregrine; fwd=stale; fwd-status=304; stored; ttl=60\r\n");
    assertThat(new CacheStatus(Forward.URI_MISS, 0, false, true, 0).line())
        .isEqualTo("Cache-Status: Peregrine; fwd=uri-miss; collapsed\r\n");
  }

  @Test
  void forward_ofReasons_isTheRegisteredWord() {
    assertThat(Forward.of(BypassReason.METHOD)).isEqualTo(Forward.METHOD);
    assertThat(Forward.of(BypassReason.COOKIE)).isEqualTo(Forward.BYPASS);
    assertThat(Forward.of(ValidationReason.NO_CACHE)).isEqualTo(Forward.STALE);
    assertThat(Forward.of(ValidationReason.CLIENT_MAX_AGE)).isEqualTo(Forward.REQUEST);
  }

  @ParameterizedTest
  @EnumSource
  void refusals_haveWords(RefusalReason reason) {
    assertThat(reason.words()).isNotBlank().doesNotEndWith(".");
  }
}
