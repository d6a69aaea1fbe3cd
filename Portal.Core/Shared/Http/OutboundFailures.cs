using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Portal.Core.Shared.Http;

/// <summary>Names what an exception of a request means for the person who chose the address.</summary>
internal static class OutboundFailures
{
    /// <returns>Null for an exception that no server can cause.</returns>
    public static OutboundFailure? Of(Exception exception, HttpStatusCode? status)
    {
        if (Cause<OutboundRefusedException>(exception) is { } refused) return new(OutboundFault.ForbiddenAddress, refused.Message);
        if (Cause<CertificateRefusedException>(exception) is { } certificate) return new(OutboundFault.TlsFailed, certificate.Message);
        if (Cause<AuthenticationException>(exception) is not null || exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
            return new(OutboundFault.TlsFailed, "The server and the portal could not agree on an encrypted connection.");
        // Neither the caller's nor the request's own end: that of the time for connecting.
        if (exception is OperationCanceledException) return OfSocket(SocketError.TimedOut, status);
        if (Cause<SocketException>(exception) is { } socket) return OfSocket(socket.SocketErrorCode, status);
        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError or HttpRequestError.ExtendedConnectNotSupported })
            return new(OutboundFault.InvalidResponse, "What the server sent is not HTTP.", status);
        if (Error(exception) == HttpRequestError.ConfigurationLimitExceeded) return new(OutboundFault.InvalidResponse, "The head of the response is too large.");
        if (exception is InvalidDataException) return new(OutboundFault.InvalidResponse, "The response's body is not compressed as its head says.", status);
        return exception is IOException or HttpRequestException
            ? new(OutboundFault.ConnectionLost, "The server closed the connection before the response was complete.", status)
            : null;
    }

    public static OutboundFailure TimedOut(TimeSpan after, HttpStatusCode? status) =>
        new(OutboundFault.TimedOut, status is null ? $"No response within {after.TotalSeconds:0.###} s." : $"The response was not complete within {after.TotalSeconds:0.###} s.", status);

    private static OutboundFailure OfSocket(SocketError error, HttpStatusCode? status) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => new(OutboundFault.NameNotFound, "The host name cannot be resolved."),
        SocketError.ConnectionRefused => new(OutboundFault.ConnectionRefused, "The server refused the connection: nothing listens on this port."),
        SocketError.TimedOut => new(OutboundFault.TimedOut, "The server did not accept the connection in time."),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => new(OutboundFault.ConnectionLost, "The server reset the connection.", status),
        _ => new(OutboundFault.Unreachable, "The server cannot be reached from here."),
    };

    private static HttpRequestError? Error(Exception exception) => exception switch
    {
        HttpRequestException http => http.HttpRequestError,
        HttpIOException io => io.HttpRequestError,
        _ => null,
    };

    private static T? Cause<T>(Exception exception) where T : Exception
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found) return found;
        }

        return null;
    }
}
