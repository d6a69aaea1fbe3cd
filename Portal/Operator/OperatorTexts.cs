namespace Portal.Operator;

/// <summary>Names the resource file with the texts of the operator's pages.</summary>
public sealed class OperatorTexts;
