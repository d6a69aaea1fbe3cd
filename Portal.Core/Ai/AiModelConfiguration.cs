using Microsoft.EntityFrameworkCore;
using Portal.Core.Ai.Models;

namespace Portal.Core.Ai;

internal static class AiModelConfiguration
{
    public static void Configure(ModelBuilder builder) => builder.Entity<AiModel>(e =>
    {
        e.ToTable("ai_models");
        e.HasKey(x => new { x.OrganizationId, x.Mode, x.ModelId });
        e.Property(x => x.ModelId).HasMaxLength(100);
    });
}
