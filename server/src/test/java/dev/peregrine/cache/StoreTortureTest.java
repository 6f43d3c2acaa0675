package dev.peregrine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.http.ContentCoding;
import dev.peregrine.http.RequestHead;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Many threads store, find, freshen, code and purge in a store that is far too small, while others
/// read slowly: nobody ever reads bytes of another response, the budget holds, and nothing leaks.
class StoreTortureTest {
  private static final int MIB = 1 << 20;
  private static final long BUDGET = 8 * MIB;
  private static final int KEYS = 3000;
  private static final int STEPS = 20_000;
  private static final int THREADS = 4;

  private final long seed = new Random().nextLong();
  private final AtomicLong mostCharged = new AtomicLong();
  private final AtomicLong found = new AtomicLong();

  @Test
  void manyThreads_inSmallStore_neverMixNorLeak() throws Exception {
    System.out.println("seed " + seed);
    ExecutorService maintenance = Executors.newSingleThreadExecutor();
    AtomicBoolean isOver = new AtomicBoolean();
    StoreTrial trial = new StoreTrial(BUDGET, 4, maintenance);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<?> ticker = threads.submit(() -> tick(trial, isOver));
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(seed + i);
        workers.add(threads.submit(() -> work(trial, random)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
      isOver.set(true);
      ticker.get();
    }
    trial.close();
    maintenance.close();
    assertThat(found.get()).isPositive();
    assertThat(mostCharged.get()).isLessThan(BUDGET + BUDGET / 20);
    assertThat(trial.source.mostMappedBytes()).isLessThan(BUDGET + BUDGET / 20);
    assertThat(trial.source.mappedBytes()).isZero();
    assertThat(trial.store.totals().bytes()).isZero();
  }

  private void work(StoreTrial trial, Random random) {
    List<StoredContent> slow = new ArrayList<>();
    RequestHead[] requests = new RequestHead[KEYS];
    Arrays.setAll(requests, i -> StoreTrial.get("a/" + i, "Foo: " + i % 7));
    for (int step = 0; step < STEPS; step++) {
      int i = (int) (KEYS * Math.pow(random.nextDouble(), 3));
      StoredResponse response = trial.find(requests[i]);
      if (response == null) {
        store(trial, requests[i], i, random);
      } else if (response.content().tryRetain()) {
        found.incrementAndGet();
        verify(response.content(), i);
        vary(trial, requests[i], response, random);
        slow.add(response.content());
      }
      mostCharged.accumulateAndGet(trial.store.chargedBytes(), Math::max);
      if (slow.size() > 20) {
        slow.removeFirst().release();
      }
    }
    slow.forEach(StoredContent::release);
  }

  private static void store(StoreTrial trial, RequestHead request, int i, Random random) {
    long generation = trial.store.generation();
    StoredContent content = content(trial, i, (int) Math.exp(random.nextDouble() * 8 + 4));
    if (content != null) {
      StoredHead head = trial.head(request, "Vary: Foo", "Cache-Tag: t" + i % 10);
      trial.store.put(trial.lookup(request).key(), head, content, generation);
    }
  }

  private static void vary(
      StoreTrial trial, RequestHead request, StoredResponse response, Random random) {
    switch (random.nextInt(200)) {
      case 0 ->
          trial.store.freshen(response, trial.head(request, "Vary: Foo"), trial.store.generation());
      case 1 -> {
        StoredContent coded = content(trial, 1, 300);
        if (coded != null) {
          trial.store.add(response, new CodedContent(ContentCoding.GZIP, coded));
        }
      }
      case 2 -> trial.store.remove(response);
      case 3 ->
          trial.store.invalidate(
              new Invalidation(List.of(response.key()), List.of()), System.nanoTime());
      default -> {}
    }
    if (random.nextInt(5000) == 0) {
      trial.store.purge(List.of(new PurgeTarget.Tag("t3")), PurgeStrength.HARD);
    }
  }

  private static @Nullable StoredContent content(StoreTrial trial, int i, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) i);
    ContentWriter writer = trial.store.writer();
    writer.write(ByteBuffer.wrap(bytes, 0, length / 2));
    writer.write(ByteBuffer.wrap(bytes, length / 2, length - length / 2));
    return writer.finish();
  }

  private static void verify(StoredContent content, int i) {
    ByteBuffer buffer = content.buffer();
    for (int at = 0; at < buffer.limit(); at++) {
      if (buffer.get(at) != (byte) i) {
        throw new AssertionError("byte of another response at " + at + " of " + i);
      }
    }
  }

  private static void tick(StoreTrial trial, AtomicBoolean isOver) {
    while (!isOver.get()) {
      trial.store.tick();
      Thread.onSpinWait();
    }
  }
}
