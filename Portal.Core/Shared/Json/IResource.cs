namespace Portal.Core.Shared.Json;

/// <summary>Something that the API answers with, in the shape it has on the wire.</summary>
public interface IResource
{
    /// <summary>What one is called, as <c>contact</c>: the <c>object</c> of events.</summary>
    static abstract string Kind { get; }

    /// <summary>What several are called, as <c>contacts</c>: the name of the list in a page.</summary>
    static abstract string Plural { get; }

    string Id { get; }
}
