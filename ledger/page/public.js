export function isPublic() { return false; }
export async function followPublic() { return null; }
