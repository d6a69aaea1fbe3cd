using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Portal.Tests.Shared.Mail;

/// <summary>An SMTP server on a free port of 127.0.0.1, just able to take a mail, or to refuse it.</summary>
internal sealed class SmtpReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _messages = new();
    private readonly Task _running;
    private int _refused;

    public SmtpReceiver()
    {
        _listener.Start();
        _running = Run();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether recipients are refused for now (451).</summary>
    public bool Refusing { get; set; }

    /// <summary>How often a recipient was refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>The mails taken, each with its envelope in front.</summary>
    public IReadOnlyList<string> Messages => [.. _messages];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _running;
        _stopping.Dispose();
    }

    private async Task Run()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                await Converse(client);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client hung up, or the test is over: the loop's condition tells which.
            }
        }
    }

    private async Task Converse(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\r\n" };
        await writer.WriteLineAsync("220 test");
        var envelope = new StringBuilder();
        while (await reader.ReadLineAsync(_stopping.Token) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            if (verb == "QUIT") return;
            if (verb is "MAIL" or "RCPT") envelope.AppendLine(line);
            if (verb == "RCPT" && Refusing)
            {
                Interlocked.Increment(ref _refused);
                await writer.WriteLineAsync("451 try again later");
            }
            else if (verb == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                while (await reader.ReadLineAsync(_stopping.Token) is { } text && text != ".") envelope.AppendLine(text);
                _messages.Enqueue(envelope.ToString());
                envelope.Clear();
                await writer.WriteLineAsync("250 taken");
            }
            else
            {
                await writer.WriteLineAsync("250 fine");
            }
        }
    }
}
