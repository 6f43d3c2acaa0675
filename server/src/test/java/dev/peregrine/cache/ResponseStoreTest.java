package dev.peregrine.cache;

import static dev.peregrine.cache.StoreTrial.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.RequestHead;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Finding, storing, replacing and taking away.
class ResponseStoreTest {
  private static final RequestHead PAGE = get("a/page");

  private StoreTrial trial = new StoreTrial(16 << 20);

  @AfterEach
  void allMemory_afterClose_isGivenBack() {
    trial.close();
    assertThat(trial.source.mappedBytes()).isZero();
    assertThat(trial.store.totals().bytes()).isZero();
  }

  @Test
  void find_inEmptyStore_findsNothing() {
    assertThat(trial.found(PAGE)).isEqualTo("-");
    assertThat(trial.source.mappedBytes()).isZero();
  }

  @Test
  void find_stored_findsIt() {
    trial.put(PAGE, "content");
    assertThat(trial.found(PAGE)).isEqualTo("content");
    assertThat(trial.found(get("a/page?b"))).isEqualTo("-");
    assertThat(trial.found(get("b/page"))).isEqualTo("-");
  }

  @Test
  void put_again_takesThePlaceOfTheOldOne() {
    trial.put(PAGE, "old");
    trial.put(PAGE, "new");
    assertThat(trial.found(PAGE)).isEqualTo("new");
    assertThat(trial.store.totals().responses()).isEqualTo(1);
  }

  // RFC 9111 §4.1
  @Test
  void variants_liveSideBySide() {
    RequestHead one = get("a/page", "Foo: 1");
    RequestHead two = get("a/page", "Foo: 2");
    trial.put(one, "first", "Vary: Foo");
    trial.put(two, "second", "Vary: Foo");
    assertThat(trial.found(one)).isEqualTo("first");
    assertThat(trial.found(two)).isEqualTo("second");
    assertThat(trial.found(get("a/page", "Foo: 3"))).isEqualTo("-");
    assertThat(trial.store.contains(trial.key("a/page"))).isTrue();
    assertThat(trial.store.variants(trial.key("a/page"))).hasSize(2);
  }

  @Test
  void variant_stored_again_replacesOnlyItself() {
    RequestHead one = get("a/page", "Foo: 1");
    RequestHead two = get("a/page", "Foo: 2");
    trial.put(one, "first", "Vary: Foo");
    trial.put(two, "second", "Vary: Foo");
    trial.put(one, "third", "Vary: Foo");
    assertThat(trial.found(one)).isEqualTo("third");
    assertThat(trial.found(two)).isEqualTo("second");
    assertThat(trial.store.totals().responses()).isEqualTo(2);
  }

  @Test
  void variants_beyondTheirNumber_pushOutTheOldest() {
    trial = new StoreTrial(16 << 20, 3, Runnable::run);
    for (int i = 0; i < 5; i++) {
      trial.put(get("a/page", "Foo: " + i), "content" + i, "Vary: Foo");
    }
    assertThat(trial.found(get("a/page", "Foo: 0"))).isEqualTo("-");
    assertThat(trial.found(get("a/page", "Foo: 1"))).isEqualTo("-");
    assertThat(trial.found(get("a/page", "Foo: 2"))).isEqualTo("content2");
    assertThat(trial.found(get("a/page", "Foo: 4"))).isEqualTo("content4");
  }

  @Test
  void content_inUse_outlivesItsResponse() {
    StoredResponse response = Objects.requireNonNull(trial.put(PAGE, "content"));
    assertThat(response.content().tryRetain()).isTrue();
    trial.store.remove(response);
    assertThat(trial.found(PAGE)).isEqualTo("-");
    assertThat(response.content().buffer().remaining()).isEqualTo(7);
    response.content().release();
    assertThat(response.content().tryRetain()).isFalse();
  }

  // RFC 9111 §4.3.4
  @Test
  void freshen_stored_keepsContentUnderTheNewHead() {
    StoredResponse old = Objects.requireNonNull(trial.put(PAGE, "content", "ETag: \"1\""));
    StoredHead head = trial.head(PAGE, "ETag: \"1\"", "X-New: yes");
    assertThat(trial.store.freshen(old, head, trial.store.generation())).isNotNull();
    assertThat(trial.found(PAGE)).isEqualTo("content");
    StoredResponse found = Objects.requireNonNull(trial.find(PAGE));
    assertThat(found.head().fields().first("x-new")).isEqualTo("yes");
    assertThat(found.content()).isSameAs(old.content());
  }

  @Test
  void freshen_replacedMeanwhile_changesNothing() {
    StoredResponse old = Objects.requireNonNull(trial.put(PAGE, "old"));
    trial.put(PAGE, "new");
    assertThat(trial.store.freshen(old, trial.head(PAGE), trial.store.generation())).isNull();
    assertThat(trial.found(PAGE)).isEqualTo("new");
  }

  @Test
  void add_coding_isFoundBesideTheContent() {
    StoredResponse response = Objects.requireNonNull(trial.put(PAGE, "content"));
    trial.store.add(response, new CodedContent(ContentCoding.ZSTD, trial.content("coded")));
    StoredResponse found = Objects.requireNonNull(trial.find(PAGE));
    assertThat(found.coded(ContentCoding.GZIP)).isNull();
    assertThat(Objects.requireNonNull(found.coded(ContentCoding.ZSTD)).content().length())
        .isEqualTo(5);
    assertThat(trial.found(PAGE)).isEqualTo("content");
    assertThat(found.bytes()).isGreaterThan(response.bytes() + 64);
  }

  @Test
  void add_codingToReplacedResponse_isLetGo() {
    StoredResponse response = Objects.requireNonNull(trial.put(PAGE, "old"));
    trial.put(PAGE, "new");
    StoredContent coded = trial.content("coded");
    trial.store.add(response, new CodedContent(ContentCoding.ZSTD, coded));
    assertThat(coded.tryRetain()).isFalse();
  }

  @Test
  void freshen_withCodings_keepsThem() {
    StoredResponse response = Objects.requireNonNull(trial.put(PAGE, "content"));
    trial.store.add(response, new CodedContent(ContentCoding.IDENTITY, trial.content("coded")));
    StoredResponse coded = Objects.requireNonNull(trial.find(PAGE));
    trial.store.freshen(coded, trial.head(PAGE), trial.store.generation());
    assertThat(Objects.requireNonNull(trial.find(PAGE)).coded(ContentCoding.IDENTITY)).isNotNull();
  }

  @Test
  void markUncacheable_isForgottenWhenTheResponseIsStored() {
    CacheKey key = trial.key("a/page");
    long now = System.nanoTime();
    assertThat(trial.store.isUncacheable(key, now)).isFalse();
    trial.store.markUncacheable(key, now);
    assertThat(trial.store.isUncacheable(key, now)).isTrue();
    assertThat(trial.store.isUncacheable(trial.key("a/other"), now)).isFalse();
    trial.put(PAGE, "content");
    assertThat(trial.store.isUncacheable(key, now)).isFalse();
  }

  @Test
  void markUncacheable_endsByItself() {
    CacheKey key = trial.key("a/page");
    long now = System.nanoTime();
    trial.store.markUncacheable(key, now);
    assertThat(trial.store.isUncacheable(key, now + 119_000_000_000L)).isTrue();
    assertThat(trial.store.isUncacheable(key, now + 121_000_000_000L)).isFalse();
  }

  @Test
  void cookiesInTheKey_doNotMix() {
    RequestHead ann = get("a/page", "Cookie: user=ann; other=1");
    RequestHead bob = get("a/page", "Cookie: user=bob");
    trial.put(ann, "for ann");
    assertThat(trial.found(bob)).isEqualTo("-");
    assertThat(trial.found(get("a/page", "Cookie: other=2; user=ann"))).isEqualTo("for ann");
  }

  // RFC 9111 §4.4
  @Test
  void invalidate_resource_takesAllItsVariantsAndCookies() {
    trial.put(get("a/page", "Cookie: user=ann"), "for ann");
    trial.put(PAGE, "for all");
    trial.put(get("a/other"), "other");
    trial.store.invalidate(new Invalidation(List.of(trial.key("a/page")), List.of()), 0);
    assertThat(trial.found(PAGE)).isEqualTo("-");
    assertThat(trial.found(get("a/page", "Cookie: user=ann"))).isEqualTo("-");
    assertThat(trial.found(get("a/other"))).isEqualTo("other");
  }

  // RFC 9875 §3
  @Test
  void invalidate_group_takesItsMembers() {
    StoredResponse member = Objects.requireNonNull(trial.put(PAGE, "in", "Cache-Groups: \"g\""));
    trial.put(get("a/other"), "out", "Cache-Groups: \"h\"");
    trial.store.invalidate(new Invalidation(List.of(), member.head().groups()), 0);
    assertThat(trial.found(PAGE)).isEqualTo("-");
    assertThat(trial.found(get("a/other"))).isEqualTo("out");
  }

  @Test
  void heap_isNotFilledByHeads_andTheBudgetIsThereForContents() {
    trial = new StoreTrial(16 << 20, 1 << 20, 16, Runnable::run);
    for (int i = 0; i < 5000; i++) {
      trial.put(get("a/" + i), "small");
      trial.store.tick();
    }
    long small = trial.store.totals().responses();
    assertThat(small).isBetween(800L, 2000L);
    assertThat(trial.store.chargedBytes() - trial.source.mappedBytes())
        .isLessThanOrEqualTo(1 << 20);
    assertThat(trial.store.totals().refusedForRoom()).isZero();

    trial.store.purge(List.of(new PurgeTarget.Everything()), PurgeStrength.HARD);
    for (int i = 0; i < 300; i++) {
      trial.put(get("a/" + i), "x".repeat(100_000));
      trial.store.tick();
    }
    assertThat(trial.store.totals().responses()).isGreaterThan(120);
  }

  @Test
  void totals_countResponsesAndBytes() {
    trial.put(PAGE, "x".repeat(10_000));
    trial.put(get("a/other"), "y".repeat(20_000));
    StoreTotals totals = trial.store.totals();
    assertThat(totals.responses()).isEqualTo(2);
    assertThat(totals.keys()).isEqualTo(2);
    assertThat(totals.contentBytes()).isBetween(30_000L, 30_200L);
    assertThat(totals.bytes()).isGreaterThan(totals.contentBytes());
  }
}
