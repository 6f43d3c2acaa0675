package dev.peregrine.exchange;

import java.time.Duration;

/// Whether and within which bounds pages are put together of fragments.
///
/// @param isEnabled whether instructions of ESI are carried out
/// @param maxDepth levels of fragments within fragments
/// @param maxFragments fragments of one page, those within fragments included
/// @param maxFragmentBytes longest content of a fragment
/// @param maxTime longest wait for a fragment, from when it is found
public record FragmentConfig(
    boolean isEnabled, int maxDepth, int maxFragments, long maxFragmentBytes, Duration maxTime) {}
