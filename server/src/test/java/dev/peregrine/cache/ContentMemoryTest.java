package dev.peregrine.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Handing out memory, giving it back, and the budget.
class ContentMemoryTest {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private final CheckedMemory source = new CheckedMemory();
  private final AtomicInteger pressure = new AtomicInteger();
  private final List<StoredContent> held = new ArrayList<>();
  private ContentMemory memory = memoryOf(64 * MIB);

  @AfterEach
  void allMemory_afterClose_isGivenBack() {
    held.forEach(StoredContent::release);
    memory.close();
    assertThat(source.mappedBytes()).isZero();
  }

  @Test
  void memory_unused_takesNothing() {
    assertThat(source.mappedBytes()).isZero();
    assertThat(memory.chargedBytes()).isZero();
  }

  @Test
  void content_written_isReadBack() {
    StoredContent content = content(bytes(1, 100_000));
    assertThat(content.length()).isEqualTo(100_000);
    assertThat(content.buffer()).isEqualTo(ByteBuffer.wrap(bytes(1, 100_000)));
  }

  @Test
  void content_empty_isContent() {
    StoredContent content = content(new byte[0]);
    assertThat(content.length()).isZero();
    assertThat(content.buffer().remaining()).isZero();
  }

  @Test
  void buffer_ofContent_isReadOnlyAndDirect() {
    ByteBuffer buffer = content(bytes(1, 10)).buffer();
    assertThat(buffer.isReadOnly()).isTrue();
    assertThat(buffer.isDirect()).isTrue();
  }

  @Test
  void copyTo_part_copiesThatPart() {
    StoredContent content = content("0123456789".getBytes(US_ASCII));
    ByteBuffer target = ByteBuffer.allocate(8).put((byte) '<');
    content.copyTo(target, 3, 4);
    assertThat(target.flip()).isEqualTo(US_ASCII.encode("<3456"));
    assertThatThrownBy(() -> content.copyTo(ByteBuffer.allocate(8), 8, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void writer_withoutLength_takesNoMoreThanNeeded() {
    ContentWriter writer = new ContentWriter(memory, MIB);
    for (int i = 0; i < 100; i++) {
      assertThat(writer.write(ByteBuffer.wrap(bytes(i, 1000)))).isTrue();
    }
    StoredContent content = held(finished(writer));
    assertThat(content.length()).isEqualTo(100_000);
    assertThat(content.buffer().slice(42_000, 1000)).isEqualTo(ByteBuffer.wrap(bytes(42, 1000)));
    assertThat(memory.usedBytes()).isBetween(100_000L, 100_000L + 64);
  }

  @Test
  void writer_beyondItsMaximum_failsAndKeepsNothing() {
    ContentWriter writer = new ContentWriter(memory, 1000);
    assertThat(writer.write(ByteBuffer.allocate(1000))).isTrue();
    assertThat(writer.write(ByteBuffer.allocate(1))).isFalse();
    assertThat(writer.write(ByteBuffer.allocate(0))).isFalse();
    assertThat(writer.finish()).isNull();
    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void writer_discarded_keepsNothing() {
    ContentWriter writer = new ContentWriter(memory, MIB);
    writer.write(ByteBuffer.allocate(5000));
    writer.discard();
    writer.discard();
    assertThat(writer.finish()).isNull();
    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void writer_ofKnownLength_beyondItsMaximum_fails() {
    ContentWriter writer = new ContentWriter(memory, 1000);
    assertThat(writer.expect(1001)).isFalse();
    assertThat(writer.write(ByteBuffer.allocate(1))).isFalse();
  }

  @Test
  void release_lastOne_freesAtOnce() {
    StoredContent content = held(written(bytes(1, 1000)));
    assertThat(content.tryRetain()).isTrue();
    content.release();
    assertThat(memory.usedBytes()).isPositive();
    held.clear();
    content.release();
    assertThat(memory.usedBytes()).isZero();
    assertThat(content.tryRetain()).isFalse();
    assertThatThrownBy(content::release).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void trim_afterRelease_givesMemoryBack() {
    List<StoredContent> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(written(new byte[100 * KIB]));
    }
    assertThat(source.mappedBytes()).isGreaterThan(10_000_000);
    many.forEach(StoredContent::release);
    memory.trim();
    assertThat(source.mappedBytes()).isZero();
    assertThat(memory.chargedBytes()).isZero();
  }

  @Test
  void contentBeyondTheBudget_isRefused_andPressureTold() {
    memory = memoryOf(4 * MIB);
    int stored = 0;
    while (allocated(100 * KIB) != null) {
      stored++;
    }
    assertThat(stored * 100 * KIB).isBetween(3 * MIB, 4 * MIB + 4 * MIB / 20);
    assertThat(memory.chargedBytes()).isLessThan(4 * MIB + 4 * MIB / 20);
    assertThat(pressure.get()).isPositive();
    assertThat(memory.refusals()).isEqualTo(1);
  }

  @Test
  void heapObjects_countAgainstTheBudget() {
    memory = memoryOf(4 * MIB);
    assertThat(memory.tryChargeHeap(3 * MIB + MIB / 2)).isTrue();
    int stored = 0;
    while (allocated(10 * KIB) != null) {
      stored++;
    }
    assertThat(stored).isBetween(30, 80);
    assertThat(memory.tryChargeHeap(MIB)).isFalse();
  }

  @Test
  void gaps_areFilledAgain() {
    memory = memoryOf(4 * MIB);
    while (allocated(1000) != null) {}
    long full = memory.chargedBytes();
    for (int i = held.size() - 1; i >= 0; i -= 2) {
      held.remove(i).release();
    }
    int again = 0;
    while (allocated(1000) != null) {
      again++;
    }
    assertThat(again).isGreaterThanOrEqualTo(held.size() / 2 - 1);
    assertThat(memory.chargedBytes()).isEqualTo(full);
  }

  @Test
  void closeSparsest_whenTheyAreEmptied_makesRoomForLargeContent() {
    memory = memoryOf(4 * MIB);
    while (allocated(1000) != null) {}
    for (int i = held.size() - 1; i >= 0; i -= 2) {
      held.remove(i).release();
    }
    assertThat(allocated(20 * KIB)).isNull();
    assertThat(memory.closeSparsest(MIB / 2)).isTrue();
    List<StoredContent> inTheWay = held.stream().filter(StoredContent::isInTheWay).toList();
    assertThat(inTheWay).isNotEmpty();
    held.removeAll(inTheWay);
    inTheWay.forEach(StoredContent::release);
    memory.trim();
    assertThat(allocated(20 * KIB)).isNotNull();
  }

  @Test
  void closingRegion_whenThereIsNoOtherPlace_isUsed() {
    memory = memoryOf(MIB);
    while (allocated(1000) != null) {}
    assertThat(memory.closeSparsest(MIB / 2)).isTrue();
    held.stream()
        .filter(StoredContent::isInTheWay)
        .findFirst()
        .ifPresent(content -> {
          held.remove(content);
          content.release();
        });
    assertThat(allocated(1000)).isNotNull();
  }

  @Test
  void exhaustedMachine_refuses() {
    source.exhaust();
    assertThat(allocated(1000)).isNull();
    assertThat(memory.chargedBytes()).isZero();
  }

  @Test
  void gaps_ofContentOfAllSizes_staySmall() {
    memory = memoryOf(64 * MIB);
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      StoredContent content = memory.allocate((int) Math.exp(random.nextDouble() * 10 + 3));
      while (content == null || memory.usedBytes() > 56L * MIB) {
        held.remove(random.nextInt(held.size())).release();
        if (content == null) {
          content = memory.allocate(1000);
        }
      }
      held.add(content);
    }
    assertThat(memory.chargedBytes()).isLessThanOrEqualTo(66L * MIB);
    assertThat(memory.refusals()).isLessThan(5_000);
  }

  private ContentMemory memoryOf(long budget) {
    return new ContentMemory(source, budget, budget, pressure::incrementAndGet);
  }

  private @Nullable StoredContent allocated(int length) {
    StoredContent content = memory.allocate(length);
    if (content != null) {
      held.add(content);
    }
    return content;
  }

  private StoredContent content(byte[] bytes) {
    return held(written(bytes));
  }

  private StoredContent written(byte[] bytes) {
    ContentWriter writer = new ContentWriter(memory, MIB);
    assertThat(writer.write(ByteBuffer.wrap(bytes))).isTrue();
    return finished(writer);
  }

  private StoredContent held(StoredContent content) {
    held.add(content);
    return content;
  }

  private static StoredContent finished(ContentWriter writer) {
    return Objects.requireNonNull(writer.finish(), "no memory");
  }

  private static byte[] bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
