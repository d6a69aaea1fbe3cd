namespace Portal.Workflows;

/// <summary>The texts of tasks and hosted forms; TaskTexts.resx lies beside.</summary>
public sealed class TaskTexts;
