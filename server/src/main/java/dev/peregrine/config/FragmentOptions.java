package dev.peregrine.config;

import dev.peregrine.exchange.FragmentConfig;
import java.time.Duration;
import java.util.List;

/// The options of pages that are put together of fragments.
final class FragmentOptions {
  static final Option<Boolean> ESI =
      Option.of(
              Section.CACHE,
              "esi",
              new Texts.Switch(),
              "Whether instructions of Edge Side Includes are carried out, in responses with"
                  + " `Surrogate-Control: content=\"ESI/1.0\"`. The app is told with"
                  + " `Surrogate-Capability` that they are.")
          .byDefault(true);

  static final Option<Integer> ESI_MAX_DEPTH =
      Option.of(
              Section.CACHE,
              "esi_max_depth",
              new Numbers.Whole(1, 20),
              "Levels of fragments within fragments; deeper ones fail.")
          .byDefault(3);

  static final Option<Integer> ESI_MAX_FRAGMENTS =
      Option.of(
              Section.CACHE,
              "esi_max_fragments",
              new Numbers.Whole(1, 10_000),
              "Most fragments of one page, those within fragments included; further ones fail.")
          .byDefault(64);

  static final Option<Long> ESI_MAX_FRAGMENT_SIZE =
      Option.of(
              Section.CACHE,
              "esi_max_fragment_size",
              new Numbers.Size(1024, 1 << 30, 1),
              "Longest content of a fragment; a longer one fails.")
          .byDefault(1L << 20);

  static final Option<Duration> ESI_TIMEOUT =
      Option.of(
              Section.CACHE,
              "esi_timeout",
              new Numbers.Time(Duration.ofMillis(10), Duration.ofHours(1)),
              "Longest wait for a fragment from when it is found, what stands in for it included;"
                  + " what is not there by then fails.")
          .byDefault(Duration.ofSeconds(10));

  private FragmentOptions() {}

  static List<Option<?>> all() {
    return List.of(ESI, ESI_MAX_DEPTH, ESI_MAX_FRAGMENTS, ESI_MAX_FRAGMENT_SIZE, ESI_TIMEOUT);
  }

  static FragmentConfig assemble(Values values) {
    return new FragmentConfig(
        values.of(ESI),
        values.of(ESI_MAX_DEPTH),
        values.of(ESI_MAX_FRAGMENTS),
        values.of(ESI_MAX_FRAGMENT_SIZE),
        values.of(ESI_TIMEOUT));
  }
}
