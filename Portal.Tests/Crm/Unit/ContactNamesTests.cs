using Portal.Core.Crm;
using Portal.Core.Shared.Json;
using Portal.Core.Shared.Problems;

namespace Portal.Tests.Crm.Unit;

public sealed class ContactNamesTests
{
    [Theory]
    [InlineData("John Smith", "John", "Smith")]
    [InlineData("  Anna Maria  Lee ", "Anna Maria", "Lee")]
    [InlineData("Plato", "Plato", null)]
    public void Name_is_split_at_its_last_space(string name, string? first, string? last)
    {
        var contact = New();
        contact.Rename(new(name), default, default, new Faults());
        Assert.Equal((first, last), (contact.FirstName, contact.LastName));
        Assert.Equal($"{first} {last}".Trim(), contact.Name);
    }

    [Theory]
    [InlineData("Ada", "Lovelace", "Ada Lovelace")]
    [InlineData(null, "Lovelace", "Lovelace")]
    [InlineData("Ada", " ", "Ada")]
    [InlineData(null, null, "")]
    public void First_and_last_name_are_joined(string? first, string? last, string name)
    {
        var contact = New();
        contact.Rename(default, new(first), new(last), new Faults());
        Assert.Equal(name, contact.Name);
    }

    [Fact]
    public void Only_what_differs_counts_when_all_three_are_sent_back()
    {
        var contact = New("Ada Byron");
        contact.Rename(new("Ada Byron"), new("Ada"), new("Lovelace"), new Faults());
        Assert.Equal("Ada Lovelace", contact.Name);
        contact.Rename(new("Augusta King"), new("Ada"), new("Lovelace"), new Faults());
        Assert.Equal(("Augusta", "King"), (contact.FirstName, contact.LastName));
    }

    [Fact]
    public void Names_that_contradict_each_other_are_a_fault()
    {
        var faults = new Faults();
        New().Rename(new("John Smith"), new("Ada"), new("Lovelace"), faults);
        Assert.Equal("name", Assert.Throws<ProblemException>(faults.ThrowIfAny).Problem.Details["field"]);
    }

    private static Contact New(string? name = null)
    {
        var contact = new Contact { Id = "con_1", Name = "" };
        if (name is not null) contact.Rename(new Optional<string?>(name), default, default, new Faults());
        return contact;
    }
}
