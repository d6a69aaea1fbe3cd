using System.Buffers;

namespace Portal.Core.Expressions;

/// <summary>Takes so many bytes and no more: values of expressions may hold one long text many times over.</summary>
internal sealed class BoundedBuffer(int most) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <exception cref="BufferFullException">There are more bytes than may be.</exception>
    public void Advance(int count)
    {
        // Before the bytes count: a writer that is disposed for the exception hands them over once more.
        if (_bytes.WrittenCount > most - count) throw new BufferFullException();
        _bytes.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.GetSpan(sizeHint);
}

/// <summary>What is written is longer than it may be.</summary>
internal sealed class BufferFullException : Exception;
