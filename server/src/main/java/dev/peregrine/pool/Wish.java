package dev.peregrine.pool;

/// What an applicant has said of itself, asked before the lock is taken.
///
/// @param home as [Applicant#home]
/// @param isPrefetchable as [Applicant#isPrefetchable]
record Wish(Object home, boolean isPrefetchable) {
  static Wish of(Applicant applicant) {
    return new Wish(applicant.home(), applicant.isPrefetchable());
  }
}
