using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace ML.Thermo.Cluster;

/// <summary>A silo asks every member that the table calls active before it joins, and waits until those that say nothing are known to be gone. If it gives up
/// sooner, no silo ever starts again after the end of all of them: each ends itself, and the table stays as it was.</summary>
/// <param name="membership">How the silo joins.</param>
internal sealed class MembershipCheck(IOptions<ClusterMembershipOptions> membership) : IConfigurationValidator
{
    /// <inheritdoc/>
    /// <exception cref="ClusterException">A silo would give up too soon.</exception>
    public void ValidateConfiguration()
    {
        ClusterMembershipOptions options = membership.Value;
        TimeSpan gone = options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit;
        if (options.MaxJoinAttemptTime <= gone)
        {
            throw new ClusterException($"{nameof(options.MaxJoinAttemptTime)} is {options.MaxJoinAttemptTime:c}, and a member that says nothing is known to be "
                + $"gone after {gone:c} ({nameof(options.IAmAliveTablePublishTimeout)} x {nameof(options.NumMissedTableIAmAliveLimit)}): expected more than "
                + "that, or no silo starts after the end of all of them.");
        }
    }
}
