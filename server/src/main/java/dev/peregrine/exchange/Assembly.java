package dev.peregrine.exchange;

import dev.peregrine.esi.EsiEvent;
import dev.peregrine.esi.EsiParser;
import dev.peregrine.listen.ClientStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A page on its way to its client while its fragments are put in; on the event loop of its stream.
///
/// Pieces wait in the order of the page. All fragments are asked for as soon as they are found,
/// those of an `esi:except` once it is known that it takes part; a piece goes out when all before
/// it have.
///
/// Every fragment has the same time from when it is found, what stands in for it included. Those of
/// a fragment end with it.
final class Assembly {
  private static final String LATE = "not whole in time";

  /// Where the page goes.
  interface Out {
    /// A piece of content; takes the buffer.
    void assembled(ByteBuf content);

    /// What has been given is to be sent.
    void assembledSoFar();

    /// The page is whole.
    void assembledAll();

    /// Whether the page has to wait, since much of it waits already.
    void hold(boolean wanted);

    /// The page cannot be completed.
    void unassembled();
  }

  private sealed interface Piece {}

  private record Bytes(ByteBuf content) implements Piece {}

  private static final class Choice implements Piece {
    final Block attempt = new Block();
    final Block except = new Block();
    boolean isClosed;
  }

  private static final class Block {
    final Deque<Piece> pieces = new ArrayDeque<>();
    boolean isBegun;
  }

  private enum Ready {
    YES,
    NO,
    NEVER
  }

  private final class Fragment implements Piece, FragmentStream.Outcome {
    final EsiEvent.Include include;
    final long deadlineNanos = System.nanoTime() + maxNanos;
    Ready ready = Ready.NO;
    boolean isAlternative;
    ByteBuf content = Unpooled.EMPTY_BUFFER;
    @Nullable FragmentStream stream;

    Fragment(EsiEvent.Include include) {
      this.include = include;
    }

    void begin() {
      String alt = include.alt();
      ask(isAlternative && alt != null ? alt : include.src());
    }

    private void ask(String reference) {
      if (isLate()) {
        failed(LATE);
        return;
      }
      switch (requests.of(reference)) {
        case FragmentRequests.Refused(var why) -> failed(why);
        case FragmentRequests.Ready(var head) -> {
          FragmentStream begun = requests.open(head, this);
          stream = begun;
          services.answer(begun);
          if (stream != null) {
            watch(deadlineNanos);
          }
        }
      }
    }

    private boolean isLate() {
      return System.nanoTime() - deadlineNanos >= 0;
    }

    void expire() {
      FragmentStream open = stream;
      if (open != null && isLate()) {
        open.fail(LATE);
      } else if (open != null) {
        watch(deadlineNanos);
      }
    }

    @Override
    public void done(ByteBuf whole) {
      stream = null;
      content = whole;
      ready = Ready.YES;
      advanceAndSend();
    }

    @Override
    public void failed(String why) {
      stream = null;
      services.log.warn("fragment.failed", "id", requestId, "src", include.src(), "reason", why);
      if (include.alt() != null && !isAlternative) {
        isAlternative = true;
        begin();
        return;
      }
      if (include.isOptional()) {
        ready = Ready.YES;
      } else {
        ready = Ready.NEVER;
      }
      advanceAndSend();
    }

    void cancel() {
      FragmentStream open = stream;
      stream = null;
      if (open != null) {
        open.cancel();
      }
      content.release();
      content = Unpooled.EMPTY_BUFFER;
    }
  }

  private final Services services;
  private final EventLoop loop;
  private final long maxNanos;
  private final String requestId;
  private final Out out;
  private final FragmentRequests requests;
  private final PageBacklog backlog;
  private final EsiParser parser = new EsiParser(this::found);
  private final Block root = new Block();
  private final Deque<Block> open = new ArrayDeque<>();
  private final Deque<Choice> choices = new ArrayDeque<>();

  /// Comes when the first of the fragments that are asked for has had its time.
  private @Nullable ScheduledFuture<?> limit;

  private long limitNanos;
  private boolean isHeld;
  private boolean isWhole;
  private boolean isAdvancing;
  private boolean isOver;

  Assembly(Services services, ClientStream page, String requestId, Out out) {
    this.services = services;
    this.loop = page.loop();
    this.maxNanos = services.config.fragments().maxTime().toNanos();
    this.requestId = requestId;
    this.out = out;
    this.requests = new FragmentRequests(services, page);
    this.backlog =
        new PageBacklog(services.bufferMemory, services.config.responseHighWatermarkBytes());
    root.isBegun = true;
    open.push(root);
  }

  /// Takes a piece of the page as it is stored. What goes out for it is sent when its source
  /// pauses.
  void feed(ByteBuf data) {
    boolean wasAdvancing = isAdvancing;
    isAdvancing = true;
    try {
      if (!isOver && data.isReadable()) {
        parser.feed(data.nioBuffer());
      }
    } finally {
      isAdvancing = wasAdvancing;
      data.release();
    }
    advance();
  }

  /// Takes the end of the page.
  void finish() {
    if (!isOver) {
      parser.finish();
      isWhole = true;
      advanceAndSend();
    }
  }

  /// Nobody wants the page any more.
  void close() {
    if (!isOver) {
      isOver = true;
      stopWatch();
      drop(root);
      backlog.settle();
    }
  }

  private void found(EsiEvent event) {
    if (isOver) {
      return; // by what the parser has found before, in the same piece
    }
    Block block = open.element();
    switch (event) {
      case EsiEvent.Text(var bytes) -> {
        int length = bytes.remaining();
        backlog.add(length);
        block.pieces.add(
            new Bytes(services.connector.allocator().directBuffer(length).writeBytes(bytes)));
      }
      case EsiEvent.Include include -> include(block, include);
      case EsiEvent.Open(var part) -> {
        switch (part) {
          case TRY -> {
            Choice choice = new Choice();
            choice.attempt.isBegun = block.isBegun;
            block.pieces.add(choice);
            choices.push(choice);
          }
          case ATTEMPT -> open.push(choices.element().attempt);
          case EXCEPT -> open.push(choices.element().except);
        }
      }
      case EsiEvent.Close(var part) -> {
        switch (part) {
          case TRY -> choices.remove().isClosed = true;
          case ATTEMPT, EXCEPT -> open.remove();
        }
      }
      case EsiEvent.Problem(var position, var what) ->
          services.log.warn(
              "esi.malformed", "id", requestId, "position", position, "problem", what);
    }
  }

  private void include(Block block, EsiEvent.Include include) {
    Fragment fragment = new Fragment(include);
    block.pieces.add(fragment);
    String refusal = requests.refusal();
    if (refusal != null) {
      fragment.isAlternative = true;
      fragment.failed(refusal);
    } else if (block.isBegun) {
      fragment.begin();
    }
  }

  private void begin(Block block) {
    if (block.isBegun) {
      return;
    }
    block.isBegun = true;
    for (Piece piece : List.copyOf(block.pieces)) {
      switch (piece) {
        case Bytes _ -> {}
        case Fragment fragment -> {
          if (fragment.ready == Ready.NO) {
            fragment.begin();
          }
        }
        case Choice choice -> begin(choice.attempt);
      }
    }
  }

  private void advanceAndSend() {
    if (!isAdvancing) {
      advance();
      if (!isOver) {
        out.assembledSoFar();
      }
    }
  }

  /// Gives out what all is there for.
  private void advance() {
    if (isAdvancing || isOver) {
      return;
    }
    isAdvancing = true;
    boolean goesOn = true;
    while (goesOn && !isOver && !root.pieces.isEmpty()) {
      goesOn =
          switch (root.pieces.element()) {
            case Bytes(var content) -> {
              root.pieces.remove();
              backlog.remove(content.readableBytes());
              out.assembled(content);
              yield true;
            }
            case Fragment fragment -> give(fragment);
            case Choice choice -> decide(choice);
          };
    }
    isAdvancing = false;
    if (isOver) {
      return;
    }
    if (isWhole && root.pieces.isEmpty()) {
      isOver = true;
      stopWatch();
      backlog.settle();
      out.assembledAll();
    } else {
      hold();
    }
  }

  /// A page waits for its fragments, but not for the end of an element that it has yet to bring.
  private void hold() {
    backlog.settle();
    boolean isAtOpenEnd = root.pieces.peek() instanceof Choice choice && !choice.isClosed;
    if (isAtOpenEnd && backlog.isLong()) {
      services.log.warn("esi.malformed", "id", requestId, "problem", "esi:try is too long");
      close();
      out.unassembled();
      return;
    }
    boolean isWanted = !isAtOpenEnd && (backlog.isLong() || backlog.isShort());
    if (isHeld != isWanted) {
      isHeld = isWanted;
      out.hold(isWanted);
    }
  }

  private boolean give(Fragment fragment) {
    if (fragment.ready == Ready.NO) {
      return false;
    }
    root.pieces.remove();
    if (fragment.ready == Ready.NEVER) {
      return replace(fragment);
    }
    ByteBuf content = fragment.content;
    fragment.content = Unpooled.EMPTY_BUFFER;
    out.assembled(content);
    return true;
  }

  /// A developer sees what is missing; others never get a page for whole that is not.
  private boolean replace(Fragment fragment) {
    if (services.config.development()) {
      HtmlText text =
          new HtmlText()
              .element(
                  "pre",
                  "Fragment "
                      + fragment.include.src()
                      + " failed; the reason is in the log, request "
                      + requestId);
      out.assembled(Unpooled.copiedBuffer(text.toString(), StandardCharsets.UTF_8));
      return true;
    }
    close();
    out.unassembled();
    return false;
  }

  private boolean decide(Choice choice) {
    if (!choice.isClosed) {
      return false;
    }
    Ready ready = ready(choice.attempt);
    if (ready == Ready.NO) {
      return false;
    }
    Block chosen = ready == Ready.YES ? choice.attempt : choice.except;
    Block other = ready == Ready.YES ? choice.except : choice.attempt;
    root.pieces.remove();
    drop(other);
    begin(chosen);
    Iterator<Piece> last = chosen.pieces.descendingIterator();
    while (last.hasNext()) {
      root.pieces.addFirst(last.next());
    }
    return true;
  }

  private Ready ready(Block block) {
    Ready all = Ready.YES;
    for (Piece piece : block.pieces) {
      Ready one =
          switch (piece) {
            case Bytes _ -> Ready.YES;
            case Fragment fragment -> fragment.ready;
            case Choice choice -> readyOf(choice);
          };
      if (one == Ready.NEVER) {
        return one;
      }
      all = one == Ready.NO ? one : all;
    }
    return all;
  }

  /// A choice within an attempt fails only when its `esi:except` does, too.
  private Ready readyOf(Choice choice) {
    if (!choice.isClosed) {
      return Ready.NO;
    }
    Ready attempt = ready(choice.attempt);
    if (attempt != Ready.NEVER) {
      return attempt;
    }
    begin(choice.except);
    return ready(choice.except);
  }

  private void watch(long deadlineNanos) {
    if (limit == null || deadlineNanos - limitNanos < 0) {
      stopWatch();
      limitNanos = deadlineNanos;
      long left = deadlineNanos - System.nanoTime();
      limit = loop.schedule(this::expire, left, TimeUnit.NANOSECONDS);
    }
  }

  private void stopWatch() {
    if (limit != null) {
      limit.cancel(false);
      limit = null;
    }
  }

  private void expire() {
    limit = null;
    List<Fragment> all = new ArrayList<>();
    collect(root, all);
    all.forEach(Fragment::expire);
  }

  private static void collect(Block block, List<Fragment> fragments) {
    for (Piece piece : block.pieces) {
      switch (piece) {
        case Bytes _ -> {}
        case Fragment fragment -> fragments.add(fragment);
        case Choice choice -> {
          collect(choice.attempt, fragments);
          collect(choice.except, fragments);
        }
      }
    }
  }

  private void drop(Block block) {
    for (Piece piece : block.pieces) {
      switch (piece) {
        case Bytes(var content) -> {
          backlog.remove(content.readableBytes());
          content.release();
        }
        case Fragment fragment -> fragment.cancel();
        case Choice choice -> {
          drop(choice.attempt);
          drop(choice.except);
        }
      }
    }
    block.pieces.clear();
  }
}
