package dev.peregrine.cache;

import dev.peregrine.http.ResponseHead;

/// One response of the app's to one variation of a request.
///
/// @param response its head as the app sent it
/// @param times when it was asked for and came
/// @param content digest of its content; equal if the content is
/// @param text the beginning of its content
public record LintSample(ResponseHead response, Times times, String content, String text) {}
