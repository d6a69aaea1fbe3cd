namespace Portal.Core.Expressions.Syntax;

/// <summary>A part of an expression as it was written. Offsets point at what a message is about: an operator, a name, a bracket.</summary>
internal abstract record CelSyntax(int Offset, int Depth);

internal sealed record LiteralSyntax(int Offset, CelValue Value) : CelSyntax(Offset, 1);

/// <summary>A name; <paramref name="IsRoot"/> where a dot stands before it, which passes by the variables of macros.</summary>
internal sealed record NameSyntax(int Offset, string Name, bool IsRoot) : CelSyntax(Offset, 1);

internal sealed record SelectSyntax(int Offset, int Depth, CelSyntax Operand, string Field) : CelSyntax(Offset, Depth);

internal sealed record IndexSyntax(int Offset, int Depth, CelSyntax Operand, CelSyntax Key) : CelSyntax(Offset, Depth);

/// <summary>A call of a function, or of a method where there is a target.</summary>
internal sealed record CallSyntax(int Offset, int Depth, CelSyntax? Target, string Name, IReadOnlyList<CelSyntax> Arguments) : CelSyntax(Offset, Depth);

internal sealed record ListSyntax(int Offset, int Depth, IReadOnlyList<CelSyntax> Items) : CelSyntax(Offset, Depth);

internal sealed record MapSyntax(int Offset, int Depth, IReadOnlyList<(CelSyntax Key, CelSyntax Value)> Entries) : CelSyntax(Offset, Depth);

internal sealed record UnarySyntax(int Offset, int Depth, string Operator, CelSyntax Operand) : CelSyntax(Offset, Depth);

internal sealed record BinarySyntax(int Offset, int Depth, string Operator, CelSyntax Left, CelSyntax Right) : CelSyntax(Offset, Depth);

/// <summary>All operands of a chain of <c>&amp;&amp;</c> or of <c>||</c>.</summary>
internal sealed record LogicSyntax(int Offset, int Depth, bool IsAnd, IReadOnlyList<CelSyntax> Operands) : CelSyntax(Offset, Depth);

internal sealed record ConditionalSyntax(int Offset, int Depth, CelSyntax Condition, CelSyntax Then, CelSyntax Else) : CelSyntax(Offset, Depth);
