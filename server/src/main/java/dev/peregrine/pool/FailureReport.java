package dev.peregrine.pool;

import dev.peregrine.app.LaunchPlan;
import dev.peregrine.app.Readiness;
import dev.peregrine.pool.StartFailure.Category;
import dev.peregrine.process.ExitStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The cause of a failed start, from which, with the facts, the whole report is made.
final class FailureReport {
  private final WorkerProcess process;
  private final @Nullable ExitStatus status;
  private final boolean isForeignKill;
  private final boolean isOutOfMemory;
  private final @Nullable Category category;
  private final String summary;
  private final String remedy;

  /// The process ended before it was ready.
  FailureReport(WorkerProcess process, ExitStatus status, boolean isKill, boolean isOutOfMemory) {
    this.process = process;
    this.status = status;
    this.isForeignKill = isKill;
    this.isOutOfMemory = isOutOfMemory;
    this.category = null;
    this.summary = "";
    this.remedy = "";
  }

  /// There never was a process.
  FailureReport(WorkerProcess process, Category category, String summary, String remedy) {
    this.process = process;
    this.status = null;
    this.isForeignKill = false;
    this.isOutOfMemory = false;
    this.category = category;
    this.summary = summary;
    this.remedy = remedy;
  }

  StartFailure make() {
    WorkerProcess.Facts facts = process.facts();
    WorkerReport report = facts.report().orElse(null);
    String text =
        Remedies.text(
            report == null ? "" : report.summary(),
            report == null ? "" : report.details(),
            facts.output());
    Category category = Remedies.refine(category(facts), text);
    Path root = facts.plan().map(LaunchPlan::workingDirectory).orElse(Path.of("/"));
    long now = facts.timing().nanoTime();
    boolean hasLoader = facts.plan().map(FailureReport::hasLoader).orElse(true);
    return new StartFailure(
        StartFailures.newId(),
        facts.worker(),
        category,
        summary(facts),
        report == null ? "" : report.details(),
        report == null ? facts.backtraces() : report.backtrace(),
        facts.output(),
        facts.isKilled() ? Optional.empty() : Optional.ofNullable(status).map(ExitStatus::describe),
        facts.journey().steps(hasLoader),
        facts.journey().took(now),
        facts.environment(),
        facts.plan().map(LaunchPlan::command).orElse(List.of()),
        remedy.isEmpty() ? remedy(category, text, root, facts) : remedy,
        facts.timing().now());
  }

  private static boolean hasLoader(LaunchPlan plan) {
    return plan.readiness() == Readiness.REPORTED;
  }

  private Category category(WorkerProcess.Facts facts) {
    if (category != null) {
      return category;
    }
    if (facts.isTimedOut()) {
      return Category.TIMEOUT;
    }
    if (isForeignKill && !facts.isKilled()) {
      return Category.KILLED;
    }
    return facts.report().map(WorkerReport::category).orElse(Category.EXIT);
  }

  private String summary(WorkerProcess.Facts facts) {
    if (!summary.isEmpty()) {
      return summary;
    }
    if (facts.isTimedOut()) {
      boolean isProbed = facts.plan().map(plan -> !hasLoader(plan)).orElse(false);
      String what = isProbed ? "nothing listened on $PORT" : "the app was not ready";
      return what + " within " + facts.limit().toSeconds() + " s";
    }
    if (isOutOfMemory) {
      return "the kernel killed the process for want of memory";
    }
    boolean isSilent =
        facts.report().map(report -> report.category() == Category.EXIT).orElse(true);
    if (isSilent && status != null) {
      return "the process "
          + (facts.isKilled() ? "gave up its control connection" : wasOrHas(status))
          + " before the app was ready";
    }
    return facts.report().map(WorkerReport::summary).orElse("the worker did not start");
  }

  private static String wasOrHas(ExitStatus status) {
    return status instanceof ExitStatus.Signalled ? "was " + status.describe() : status.describe();
  }

  private String remedy(Category category, String text, Path root, WorkerProcess.Facts facts) {
    if (isOutOfMemory) {
      return "Give the machine or container more memory, or run fewer workers (max_pool_size).";
    }
    return Remedies.remedy(category, text, root, facts.limit());
  }
}
