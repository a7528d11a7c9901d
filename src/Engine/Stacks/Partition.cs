namespace EmTools.Engine.Stacks;

/// <summary>Which of N sections a task does: all tasks get as many, the first ones one more where N cannot be divided.</summary>
public static class Partition
{
    /// <summary>The part of one task.</summary>
    /// <param name="sections">Sections in all.</param>
    /// <param name="tasks">Tasks in all: the array's elements times the processes of each.</param>
    /// <param name="task">The task's number, from 0: element times processes plus the process's number.</param>
    public static (int Start, int Count) Of(int sections, int tasks, int task)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sections);
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(task);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(task, tasks);
        (int each, int more) = Math.DivRem(sections, tasks);
        return ((int)((long)task * each) + Math.Min(task, more), each + (task < more ? 1 : 0));
    }
}
