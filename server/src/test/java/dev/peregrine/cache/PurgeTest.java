package dev.peregrine.cache;

import static dev.peregrine.cache.StoreTrial.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.RequestHead;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What purges take away, and what they leave.
class PurgeTest {
  private static final RequestHead PAGE = get("a/shop/page?x=1");
  private static final RequestHead OTHER = get("a/other");
  private static final RequestHead ELSEWHERE = get("b/shop/page?x=1");

  private final StoreTrial trial = new StoreTrial(16 << 20);

  @AfterEach
  void allMemory_afterClose_isGivenBack() {
    trial.close();
    assertThat(trial.source.mappedBytes()).isZero();
  }

  @Test
  void everything_takesAll() {
    storeThree();
    assertThat(purge(new PurgeTarget.Everything())).isEqualTo(3);
    assertThat(found()).isEqualTo("- - -");
    assertThat(trial.store.totals().responses()).isZero();
  }

  @Test
  void url_withAuthority_takesThatOne() {
    storeThree();
    assertThat(purge(new PurgeTarget.Url("//a/shop/page?x=1"))).isEqualTo(1);
    assertThat(found()).isEqualTo("- other elsewhere");
  }

  @Test
  void url_withoutAuthority_takesItAtEveryHost() {
    storeThree();
    assertThat(purge(new PurgeTarget.Url("/shop/page?x=1"))).isEqualTo(2);
    assertThat(found()).isEqualTo("- other -");
  }

  @Test
  void url_withOtherQuery_takesNothing() {
    storeThree();
    assertThat(purge(new PurgeTarget.Url("/shop/page"))).isZero();
    assertThat(found()).isEqualTo("page other elsewhere");
  }

  @Test
  void url_takesAllVariantsAndCookies() {
    trial.put(get("a/page", "Foo: 1", "Cookie: user=ann"), "1", "Vary: Foo");
    trial.put(get("a/page", "Foo: 2"), "2", "Vary: Foo");
    trial.put(get("a/page", "Foo: 3"), "3", "Vary: Foo");
    assertThat(purge(new PurgeTarget.Url("//a/page"))).isEqualTo(3);
  }

  @Test
  void prefix_withAuthority_takesWhatBeginsSo() {
    storeThree();
    assertThat(purge(new PurgeTarget.Prefix("//a/sh"))).isEqualTo(1);
    assertThat(found()).isEqualTo("- other elsewhere");
  }

  @Test
  void prefix_ofPath_takesItAtEveryHost() {
    storeThree();
    assertThat(purge(new PurgeTarget.Prefix("/shop/"))).isEqualTo(2);
    assertThat(found()).isEqualTo("- other -");
  }

  @Test
  void tag_takesWhatHasIt() {
    trial.put(PAGE, "page", "Cache-Tag: red, green");
    trial.put(OTHER, "other", "Cache-Tag: green");
    trial.put(ELSEWHERE, "elsewhere", "Surrogate-Key: redder red");
    assertThat(purge(new PurgeTarget.Tag("red"))).isEqualTo(2);
    assertThat(found()).isEqualTo("- other -");
  }

  @Test
  void several_takeTheirOwn() {
    storeThree();
    List<Purge> purges =
        trial.store.purge(
            List.of(new PurgeTarget.Url("//a/other"), new PurgeTarget.Url("//c/none")),
            PurgeStrength.HARD);
    assertThat(purges).map(Purge::responses).containsExactly(1L, 0L);
  }

  @Test
  void soft_leavesItStale() {
    storeThree();
    trial.store.purge(List.of(new PurgeTarget.Url("//a/other")), PurgeStrength.SOFT);
    assertThat(trial.found(OTHER)).isEqualTo("other");
    assertThat(trial.isFresh(OTHER)).isFalse();
    assertThat(trial.isFresh(PAGE)).isTrue();
  }

  @Test
  void hard_afterSoft_takesItAway() {
    storeThree();
    trial.store.purge(List.of(new PurgeTarget.Everything()), PurgeStrength.SOFT);
    trial.store.purge(List.of(new PurgeTarget.Everything()), PurgeStrength.HARD);
    assertThat(found()).isEqualTo("- - -");
  }

  @Test
  void responseAskedForBefore_isNotStored() {
    long before = trial.store.generation();
    purge(new PurgeTarget.Url("//a/other"));
    assertThat(trial.put(OTHER, "late", before)).isNull();
    assertThat(trial.put(PAGE, "page", before)).isNotNull();
    assertThat(trial.put(OTHER, "new")).isNotNull();
  }

  @Test
  void responseAskedForBeforeSoftPurge_isNotStored() {
    long before = trial.store.generation();
    trial.store.purge(List.of(new PurgeTarget.Everything()), PurgeStrength.SOFT);
    assertThat(trial.put(OTHER, "late", before)).isNull();
  }

  @Test
  void validationAskedForBefore_doesNotFreshen() {
    trial.put(OTHER, "other");
    StoredResponse stored = java.util.Objects.requireNonNull(trial.find(OTHER));
    long before = trial.store.generation();
    trial.store.purge(List.of(new PurgeTarget.Everything()), PurgeStrength.SOFT);
    assertThat(trial.store.freshen(stored, trial.head(OTHER), before)).isNull();
    assertThat(trial.isFresh(OTHER)).isFalse();
    assertThat(trial.store.freshen(stored, trial.head(OTHER), trial.store.generation()))
        .isNotNull();
    assertThat(trial.isFresh(OTHER)).isTrue();
  }

  @Test
  void responseStoredAfter_stays() {
    purge(new PurgeTarget.Everything());
    trial.put(OTHER, "other");
    assertThat(trial.found(OTHER)).isEqualTo("other");
    trial.store.tick();
    assertThat(trial.found(OTHER)).isEqualTo("other");
  }

  @Test
  void uncacheableMarks_areTakenAway() {
    trial.store.markUncacheable(trial.key("a/other"), System.nanoTime());
    purge(new PurgeTarget.Everything());
    assertThat(trial.store.isUncacheable(trial.key("a/other"), System.nanoTime())).isFalse();
  }

  @Test
  void moreInvalidationsThanAreKept_takeMoreRatherThanLess() {
    storeThree();
    long before = trial.store.generation();
    for (int i = 0; i < 40_000; i++) {
      trial.store.invalidate(new Invalidation(List.of(trial.key("c/" + i)), List.of()), 0);
    }
    assertThat(found()).isEqualTo("- - -");
    assertThat(trial.put(get("c/7"), "late", before)).isNull();
    assertThat(trial.put(OTHER, "new")).isNotNull();
    assertThat(trial.found(OTHER)).isEqualTo("new");
  }

  @Test
  void invalidations_sweptNowAndThen_takeOnlyTheirOwn() {
    storeThree();
    for (int i = 0; i < 40_000; i++) {
      trial.store.invalidate(new Invalidation(List.of(trial.key("c/" + i)), List.of()), 0);
      if (i % 1000 == 0) {
        trial.store.purge(List.of(new PurgeTarget.Tag("none")), PurgeStrength.HARD);
        trial.store.tick();
      }
    }
    assertThat(found()).isEqualTo("page other elsewhere");
  }

  private void storeThree() {
    trial.put(PAGE, "page");
    trial.put(OTHER, "other");
    trial.put(ELSEWHERE, "elsewhere");
  }

  private String found() {
    return trial.found(PAGE) + " " + trial.found(OTHER) + " " + trial.found(ELSEWHERE);
  }

  private long purge(PurgeTarget target) {
    return trial.store.purge(List.of(target), PurgeStrength.HARD).getFirst().responses();
  }
}
