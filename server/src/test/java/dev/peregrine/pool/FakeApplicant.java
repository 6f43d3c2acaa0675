package dev.peregrine.pool;

import java.util.Optional;

/// An applicant that remembers its answer, and complains about a second one.
final class FakeApplicant extends Applicant {
  private final Object home;
  private Optional<Lease> lease = Optional.empty();
  private Optional<Refusal> refusal = Optional.empty();
  private boolean isPrefetchable;
  private boolean isWithdrawn;
  private Runnable onAnswer = () -> {};

  FakeApplicant(Object home) {
    this.home = home;
  }

  FakeApplicant() {
    this("home");
  }

  /// Lets it come behind others.
  FakeApplicant prefetchable() {
    isPrefetchable = true;
    return this;
  }

  @Override
  public boolean isPrefetchable() {
    return isPrefetchable;
  }

  void onAnswer(Runnable action) {
    this.onAnswer = action;
  }

  void withdrawn() {
    isWithdrawn = true;
  }

  boolean isAnswered() {
    return lease.isPresent() || refusal.isPresent();
  }

  boolean isWaiting() {
    return !isAnswered() && !isWithdrawn;
  }

  boolean isLeased() {
    return lease.isPresent();
  }

  Lease lease() {
    return lease.orElseThrow();
  }

  Refusal refusal() {
    return refusal.orElseThrow();
  }

  @Override
  public Object home() {
    return home;
  }

  @Override
  public void leased(Lease lease) {
    answer();
    this.lease = Optional.of(lease);
    onAnswer.run();
  }

  @Override
  public void refused(Refusal refusal) {
    answer();
    this.refusal = Optional.of(refusal);
    onAnswer.run();
  }

  private void answer() {
    if (!isWaiting()) {
      throw new AssertionError("answered twice, or after it withdrew");
    }
  }
}
