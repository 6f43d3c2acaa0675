package dev.peregrine.cache;

import dev.peregrine.http.RequestHead;
import dev.peregrine.http.ResponseHead;

/// A request that was looked up in the cache, and the response that the app gave to it.
///
/// @param request the request as the client sent it
/// @param lookup what was found out about it
/// @param response the app's response
/// @param times when the response was asked for and came
public record Answered(
    RequestHead request, RequestVerdict.Lookup lookup, ResponseHead response, Times times) {}
